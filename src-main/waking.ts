import type { WakeReason } from './engine-messages.ts';

/** What is used of Electron's powerMonitor. */
export interface PowerEvents {
  on(event: 'resume' | 'unlock-screen', listener: () => void): unknown;
}

export interface WakingOptions {
  readonly power: PowerEvents;
  readonly isOnline: () => boolean;
  readonly now: () => number;
  readonly woke: (why: WakeReason) => void;
  readonly setInterval?: (run: () => void, ms: number) => unknown;
}

const lookEveryMs = 5_000;
/** A computer that wakes is unlocked and gets its network back within moments: that is one waking. */
const togetherMs = 3_000;

/** Tells when the computer woke, was unlocked, or is connected again. */
export function watchWaking({ power, isOnline, now, woke, setInterval = globalThis.setInterval }: WakingOptions): void {
  let toldAt = Number.NEGATIVE_INFINITY;
  let wasOnline = isOnline();
  const tell = (why: WakeReason): void => {
    // A clock that was set back must not silence the next one.
    if (Math.abs(now() - toldAt) < togetherMs) return;
    toldAt = now();
    woke(why);
  };
  power.on('resume', () => tell('resume'));
  power.on('unlock-screen', () => tell('unlock'));
  setInterval(() => {
    const online = isOnline();
    if (online && !wasOnline) tell('network');
    wasOnline = online;
  }, lookEveryMs);
}
