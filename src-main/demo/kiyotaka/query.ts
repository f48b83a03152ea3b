import type { ReceivedRequest } from '../loopback/server.ts';
import { minuteMs } from '../market/candles.ts';

/** Milliseconds of each interval's name. */
export const intervals: Readonly<Record<string, number>> = {
  MINUTE: minuteMs,
  FIVE_MINUTES: 5 * minuteMs,
  FIFTEEN_MINUTES: 15 * minuteMs,
  HOUR: 60 * minuteMs,
  FOUR_HOURS: 240 * minuteMs,
  DAY: 1440 * minuteMs,
  WEEK: 10_080 * minuteMs,
};

/** Of each type: weight of 1,000 points, and the most points of a request. */
export const types: Readonly<Record<string, { readonly base: number; readonly most: number }>> = {
  HYPERLIQUID_LIQUIDATION_AGG: { base: 5, most: 5_000 },
  LIQUIDATION_AGG: { base: 1, most: 100_000 },
};

export interface Query {
  readonly type: string;
  readonly interval: string;
  readonly intervalMs: number;
  /** Milliseconds; `to` is not asked for. */
  readonly from: number;
  readonly to: number;
  readonly points: number;
  readonly exchanges: readonly string[];
  readonly rawSymbol: string | null;
  readonly coin: string | null;
  readonly isSummed: boolean;
  readonly isUsd: boolean;
  readonly isFlat: boolean;
  readonly depth: number;
}

/** The request's parameters, or what is wrong with them in the provider's codes. */
export function readQuery(request: ReceivedRequest): Query | { readonly error: string; readonly message: string } {
  const asked = parametersOf(request);
  const type = asked.get('type') ?? '';
  const interval = asked.get('interval') ?? '';
  const [from, period] = [asked.get('from') ?? '', asked.get('period') ?? '0'];
  const depth = asked.get('maxDepth') ?? '1500';
  const quote = asked.get('transform.normalize.quote');
  const group = asked.get('transform.groupBy.type');
  if (!Object.hasOwn(types, type)) return invalid('type');
  if (!Object.hasOwn(intervals, interval)) return { error: 'INVALID_TIMEFRAME', message: 'Invalid interval value' };
  if (!/^\d{1,12}$/.test(from)) return invalid('from');
  if (!/^\d{1,12}$/.test(period)) return invalid('period');
  if (!/^\d{1,6}$/.test(depth) || Number(depth) < 1) return invalid('maxDepth');
  if (quote !== null && quote !== 'USD') return invalid('transform.normalize.quote');
  if (group !== null && group !== 'GROUP_BY_TYPE_SUM') return invalid('transform.groupBy.type');
  const intervalMs = intervals[interval]!;
  return {
    ...{ type, interval, intervalMs, depth: Number(depth) },
    ...{ from: Number(from) * 1000, to: (Number(from) + Number(period)) * 1000 },
    points: Math.ceil((Number(period) * 1000) / intervalMs),
    ...{ exchanges: asked.getAll('exchange'), rawSymbol: asked.get('rawSymbol'), coin: asked.get('coin') },
    ...{ isSummed: group !== null, isUsd: quote !== null, isFlat: asked.get('flatten') === 'true' },
  };
}

/** `exchange` may come several times, which `query` does not tell; `search` is the query as it was sent. */
const parametersOf = (request: ReceivedRequest & { readonly search?: string }): URLSearchParams =>
  new URLSearchParams(request.search ?? { ...request.query });

const invalid = (name: string) => ({ error: 'INVALID_PARAMS', message: `Missing or malformed parameter: ${name}` });
