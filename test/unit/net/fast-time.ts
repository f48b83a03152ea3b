import { unixMs } from '../../../src-main/contract/market.ts';
import type { SocketEnvironment } from '../../../src-main/net/socket-environment.ts';

/** Real time that passes so many times as fast, and counts what is still set. */
export function fastTime(times: number) {
  const began = performance.now();
  const from = Date.now();
  const timers = new Set<NodeJS.Timeout>();
  const now = () => unixMs(Math.floor(from + (performance.now() - began) * times));
  const environment: SocketEnvironment = {
    now,
    random: Math.random,
    setTimer: (callback, ms) => {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          callback();
        },
        Math.ceil(ms / times),
      );
      timers.add(timer);
      return timer;
    },
    clearTimer: (timer) => {
      clearTimeout(timer as NodeJS.Timeout);
      timers.delete(timer as NodeJS.Timeout);
    },
    backoff: { baseMs: 100, capMs: 400, floorMs: 20 },
  };
  return { now, environment, pending: () => timers.size };
}
