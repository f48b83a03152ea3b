import { FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';

/** One answer that all who need it share: asked for by the first of them, and forgotten when it fails or has aged. */
export interface KeptAnswer<T> {
  get(signal: AbortSignal): Promise<T>;
  /** What is known without asking; null while nothing is. */
  known(): T | null;
}

export function keptAnswer<T>(
  load: (signal: AbortSignal) => Promise<T>,
  { now, forMs }: { readonly now: () => UnixMs; readonly forMs: number } = { now: () => 0 as UnixMs, forMs: Infinity },
): KeptAnswer<T> {
  let found: { readonly value: T; readonly at: UnixMs } | null = null;
  let asking: Promise<T> | null = null;

  const ask = (signal: AbortSignal): Promise<T> => {
    asking ??= load(signal)
      .then((value) => {
        found = { value, at: now() };
        return value;
      })
      .finally(() => {
        asking = null;
      });
    return asking;
  };

  return {
    known: () => found?.value ?? null,
    get: async (signal) => {
      const age = found === null ? Infinity : Math.abs(now() - found.at);
      if (found !== null && age <= forMs) return found.value;
      try {
        return await ask(signal);
      } catch (thrown) {
        // Who shared the request of somebody who cancelled asks for himself.
        const isTheirs = thrown instanceof FailureError && thrown.failure.kind === 'cancelled' && !signal.aborted;
        if (!isTheirs) throw thrown;
        return await ask(signal);
      }
    },
  };
}
