import type { OpenInterest } from '../../contract/positioning.ts';
import type { UnixMs } from '../../contract/market.ts';

const dayMs = 86_400_000;
/** Of a venue's hourly history, the value that is nearest to 24 hours before may be off by this much. */
const mostOffMs = 5_400_000;

/** US dollars at a moment. */
export interface PastValue {
  readonly time: UnixMs;
  readonly usd: number;
}

type DayChange = Pick<OpenInterest['exchanges'][number], 'change24hUsd' | 'changePercent24h'>;

export const unknownChange: DayChange = { change24hUsd: null, changePercent24h: null };

/** How a value differs from the one of 24 hours before; null where the history does not reach there. */
export function changeOverDay(usd: number, at: UnixMs, history: readonly PastValue[]): DayChange {
  const off = (past: PastValue): number => Math.abs(past.time - (at - dayMs));
  const [first, ...rest] = history;
  if (first === undefined) return unknownChange;
  const before = rest.reduce((best, past) => (off(past) < off(best) ? past : best), first);
  if (off(before) > mostOffMs) return unknownChange;
  const change = usd - before.usd;
  const percent = (change / before.usd) * 100;
  return { change24hUsd: change, changePercent24h: Number.isFinite(percent) ? percent : null };
}
