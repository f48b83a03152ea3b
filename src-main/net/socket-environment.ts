import { unixMs, type UnixMs } from '../contract/market.ts';
import { backoffPolicy, type BackoffPolicy } from './backoff.ts';

/** What a socket needs of the world besides the network; tests give their own. */
export interface SocketEnvironment {
  readonly now: () => UnixMs;
  readonly random: () => number;
  readonly setTimer: (callback: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
  readonly backoff: BackoffPolicy;
}

export const realEnvironment: SocketEnvironment = {
  now: () => unixMs(Date.now()),
  random: Math.random,
  setTimer: (callback, ms) => setTimeout(callback, ms),
  clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  backoff: backoffPolicy,
};
