import { unixMs, type UnixMs } from '../../../src-main/contract/market.ts';
import type { SocketEnvironment } from '../../../src-main/net/socket-environment.ts';

/** Real time in which the wall's clock, and the one that only goes forward, can each jump. Sockets see the wall. */
export interface JumpingTime {
  readonly now: () => UnixMs;
  readonly elapsed: () => number;
  readonly socket: Partial<SocketEnvironment>;
  /** By how much each goes on at once; the timers of sockets that fall due by it run. */
  jump(by: { readonly wallMs: number; readonly elapsedMs: number }): void;
}

export function jumpingTime(wallAheadMs = 0): JumpingTime {
  let wallAhead = wallAheadMs;
  let elapsedAhead = 0;
  const timers = new Map<unknown, { readonly due: number; readonly run: () => void }>();
  const now = () => unixMs(Date.now() + wallAhead);
  const elapsed = () => performance.now() + elapsedAhead;
  const clear = (handle: unknown): void => {
    clearTimeout(handle as NodeJS.Timeout);
    timers.delete(handle);
  };
  return {
    now,
    elapsed,
    socket: {
      now,
      setTimer: (run, ms) => {
        const handle = setTimeout(() => (timers.delete(handle), run()), ms);
        timers.set(handle, { due: elapsed() + ms, run });
        return handle;
      },
      clearTimer: clear,
    },
    jump: ({ wallMs, elapsedMs }) => {
      wallAhead += wallMs;
      elapsedAhead += elapsedMs;
      for (const [handle, { due, run }] of [...timers]) {
        if (due > elapsed()) continue;
        clear(handle);
        run();
      }
    },
  };
}
