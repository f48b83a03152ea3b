import { failure, FailureError } from '../../contract/failure.ts';
import type { HistoryPlan, HistoryQuery } from '../../contract/history.ts';
import { assetPattern, unixMs, type Asset, type UnixMs } from '../../contract/market.ts';
import type { Options } from '../provider.ts';
import { intervalOf, pageSizeOf, type Interval } from './options.ts';

/** The provider has no liquidation volumes before. */
export const historyStart = unixMs(Date.UTC(2025, 0, 8));

/** What is asked for: whole intervals. */
export interface Range {
  readonly asset: Asset;
  readonly interval: Interval;
  readonly pageSize: number;
  /** Start of the first interval. */
  readonly start: UnixMs;
  /** End of the last interval, itself not part of it. */
  readonly end: UnixMs;
  /** What the range that was wanted has and this one has not, in sentences. */
  readonly leftOut: readonly string[];
}

/**
 * The whole intervals that a query touches: its start rounded down, its end rounded up, as the provider rounds them, cut
 * to what can exist: from the start of the provider's history to the end of the interval that is forming now.
 */
export function rangeOf({ asset, from, to }: HistoryQuery, options: Options, now: UnixMs): Range {
  const interval = intervalOf(options);
  if (!assetPattern.test(asset)) {
    throw refuse('An asset is written in capital letters and digits, for instance BTC.');
  }
  if (!(from < to)) throw refuse('The range ends before it starts, or is empty.');
  if (to <= historyStart) throw refuse('Kaiko’s liquidation volumes start on 2025-01-08: the range lies before that.');
  const first = Math.floor(from / interval.ms) * interval.ms;
  const last = Math.ceil(to / interval.ms) * interval.ms;
  const current = Math.floor(now / interval.ms) * interval.ms;
  if (first > current) throw refuse('The range lies in the future.');
  const leftOut: string[] = [];
  if (first < historyStart) leftOut.push('Kaiko’s history starts on 2025-01-08; what lies before is left out.');
  if (last > current + interval.ms) leftOut.push('What lies in the future is left out.');
  return {
    ...{ asset, interval, pageSize: pageSizeOf(options), leftOut },
    start: unixMs(Math.max(first, historyStart)),
    end: unixMs(Math.min(last, current + interval.ms)),
  };
}

export const pointsIn = ({ start, end, interval }: Range): number => (end - start) / interval.ms;

/** Every page is one call. */
export function planOf(range: Range): HistoryPlan {
  const { interval, pageSize, leftOut } = range;
  const points = pointsIn(range);
  const requests = Math.ceil(points / pageSize);
  const counted = `${count(points, 'interval')} of ${interval.label} at ${grouped(pageSize)} a page`;
  const text = [`${counted} ${points === 1 ? 'makes' : 'make'} ${count(requests, 'call')}.`, ...leftOut].join(' ');
  return { requests, cost: requests, costUnit: 'calls', points, text };
}

const grouped = (value: number): string => value.toLocaleString('en-US');
const count = (value: number, what: string): string => `${grouped(value)} ${what}${value === 1 ? '' : 's'}`;
const refuse = (message: string): FailureError => new FailureError(failure('bad-request', message));
