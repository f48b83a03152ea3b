import type { OptionField } from '../../contract/provider-status.ts';
import type { Options } from '../provider.ts';

const hourMs = 3_600_000;

export interface Interval {
  /** As the provider writes it. */
  readonly value: string;
  /** Completes "intervals of …". */
  readonly label: string;
  readonly ms: number;
}

const hours = (count: number): Interval => ({
  value: `${count}h`,
  label: count === 1 ? '1 hour' : `${count} hours`,
  ms: count * hourMs,
});

const hourly = hours(1);
/** Those of the documented 1 h … 1 d that divide a day, so that an interval starts at the same hours every day. */
export const intervals: readonly Interval[] = [
  hourly,
  ...[2, 3, 4, 6, 8, 12].map(hours),
  { value: '1d', label: '1 day', ms: 24 * hourMs },
];

/** Documented maximum. */
export const mostPerPage = 1000;

export const intervalOf = (options: Options): Interval =>
  intervals.find(({ value }) => value === options['interval']) ?? hourly;

/** Rows a page is asked to have. */
export function pageSizeOf(options: Options): number {
  const wanted = Number(options['pageSize'] || mostPerPage);
  return Number.isFinite(wanted) ? Math.max(1, Math.min(mostPerPage, Math.trunc(wanted))) : mostPerPage;
}

export const kaikoOptions: readonly OptionField[] = [
  {
    name: 'interval',
    label: 'Interval',
    type: 'choice',
    choices: intervals.map(({ value, label }) => ({ value, label })),
    hint: 'The time over which liquidations are summed, in UTC. Each interval is a series of its own in the cache.',
    fallback: hourly.value,
  },
  {
    name: 'pageSize',
    label: 'Intervals per page',
    type: 'number',
    choices: [],
    least: 1,
    most: mostPerPage,
    hint: 'One page is one call: the more intervals a page has, the fewer calls a range costs.',
    fallback: String(mostPerPage),
  },
];
