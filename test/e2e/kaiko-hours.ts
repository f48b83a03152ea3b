import type { Answer } from '../../src-main/demo/loopback/answer.ts';
import type { ReceivedRequest } from '../../src-main/demo/loopback/server.ts';

const hourMs = 3_600_000;

interface Sums {
  readonly long: readonly [usd: number, trades: number];
  readonly short: readonly [usd: number, trades: number];
}

const sums = ({ long, short }: Sums) => ({
  total_trades: long[1] + short[1],
  total_amount: long[0] + short[0],
  long_trades: long[1],
  long_amount: long[0],
  short_trades: short[1],
  short_amount: short[0],
});

/** The provider's documented row, with the amounts as it sends them; and one more. */
const documented: Sums = { long: [11062.85615080547, 2], short: [463457.50379719737, 38] };
const before: Sums = { long: [60000.5, 4], short: [250.25, 1] };

/** The newest first: the present hour, the one before, and one whose exchanges are less than its totals. */
const rows = [
  {
    ...sums(documented),
    exchanges: [
      { exchange: 'bbit', ...sums({ long: [0, 0], short: [281481.78156436956, 17] }) },
      { exchange: 'okex', ...sums({ long: [11062.85615080547, 2], short: [181975.72223282777, 21] }) },
    ],
  },
  {
    ...sums(before),
    exchanges: [
      { exchange: 'bbit', ...sums({ long: [49750, 2], short: [250.25, 1] }) },
      { exchange: 'binc', ...sums({ long: [10250.5, 2], short: [0, 0] }) },
    ],
  },
  {
    ...sums({ long: [5000, 3], short: [1000, 1] }),
    exchanges: [{ exchange: 'bbit', ...sums({ long: [4000, 2], short: [1000, 1] }) }],
  },
];

const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/** Three hours, the last ones unless told otherwise: as many as the request has room for, in the order that it asks for. */
export function kaikoHours(
  { query, path }: ReceivedRequest,
  newest = Math.floor(Date.now() / hourMs) * hourMs,
): Answer {
  const start = Date.parse(query['start_time'] ?? '');
  const end = Date.parse(query['end_time'] ?? '');
  const data = rows
    .map((row, back) => ({ time: newest - back * hourMs, row }))
    .filter(({ time }) => time >= start && time < end)
    .slice(0, query['sort'] === 'desc' ? Number(query['page_size'] ?? 100) : undefined)
    .map(({ time, row }) => ({ interval_time: iso(time), interval_timestamp: time * 1e6, ...row }));
  if (query['sort'] === 'asc') data.reverse();
  const token = path.split('/').at(-1);
  return { body: { query: { token, interval: query['interval'], sort: query['sort'] }, data } };
}
