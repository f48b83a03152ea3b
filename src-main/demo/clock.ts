import { unixMs } from '../contract/market.ts';
import type { UnixMs } from '../contract/market.ts';

/** Time as the servers see it. */
export interface Clock {
  now(): UnixMs;
  /** Runs every `ms`; returns the ending. */
  every(ms: number, run: () => void): () => void;
}

const everyReal = (ms: number, run: () => void): (() => void) => {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
};

export const realClock: Clock = { now: () => unixMs(Date.now()), every: everyReal };

/** The market stands still at `at` while pushes go on in real time. */
export const fixedClock = (at: number): Clock => ({ now: () => unixMs(at), every: everyReal });

/** Nothing happens until `advance`, which runs whatever falls due, in order. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

export function manualClock(start: number): ManualClock {
  let now = start;
  const timers = new Set<{ readonly ms: number; due: number; readonly run: () => void }>();
  return {
    now: () => unixMs(now),
    every(ms, run) {
      const timer = { ms, due: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        now = next.due;
        next.due += next.ms;
        next.run();
      }
      now = end;
    },
  };
}
