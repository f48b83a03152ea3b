import { setImmediate as turn } from 'node:timers/promises';

import { onTestFinished, vi } from 'vitest';

import type { HttpClient } from '../../src-main/net/http.ts';

const stepMs = 500;
/** Turns of the event loop that a step gives to real sockets: a request takes some steps, as it would some of its time. */
const turnsPerStep = 6;

export interface FastTime {
  /** Lets time pass while real sockets and the disk work; `each` runs after every step. */
  pass(ms: number, each?: () => void): Promise<void>;
}

/** Timers and clocks of this process go as fast as the work between them allows. Call before anything reads a clock. */
export function fastTime(start: number): FastTime {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    now: start,
  });
  onTestFinished(() => void vi.useRealTimers());
  return {
    pass: async (ms, each) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        vi.advanceTimersByTime(stepMs);
        for (let i = 0; i < turnsPerStep; i++) await turn();
        each?.();
      }
    },
  };
}

/** Node dates its servers' answers by the machine's clock: here they are dated by the test's. */
export const datedByTest = (client: HttpClient): HttpClient => ({
  send: async (request) => {
    const response = await client.send(request);
    return { ...response, headers: { ...response.headers, date: new Date().toUTCString() } };
  },
});
