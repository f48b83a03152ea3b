import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import { venues } from '../market/assets.ts';
import type { AssetSpec, Venue } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import type { DemoVolume } from '../market/realised.ts';
import type { PageRequest } from './request.ts';

const exchangeCodes: Readonly<Record<Venue, string>> = { binance: 'binc', bybit: 'bbit', okx: 'okex' };

const sumsOf = ({ longUsd, shortUsd, longTrades, shortTrades }: DemoVolume) => ({
  total_trades: longTrades + shortTrades,
  total_amount: longUsd + shortUsd,
  long_trades: longTrades,
  long_amount: longUsd,
  short_trades: shortTrades,
  short_amount: shortUsd,
});

type Sums = ReturnType<typeof sumsOf>;

export interface KaikoRow extends Sums {
  readonly interval_time: string;
  readonly interval_timestamp: number;
  readonly exchanges: readonly (Sums & { readonly exchange: string })[];
}

export const isoSeconds = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Rows of one page, in the order asked for; the last interval is as far as it had come at `now`. */
export function pageRows(market: Market, spec: AssetSpec, request: PageRequest, now: UnixMs): KaikoRow[] {
  const { intervalMs, sort, start, end, pageSize, skipped } = request;
  const passed = skipped * intervalMs;
  const length = pageSize * intervalMs;
  const from = sort === 'asc' ? start + passed : Math.max(start, end - passed - length);
  const to = Math.min(sort === 'asc' ? start + passed + length : end - passed, end, now + 1);
  const rows: KaikoRow[] = [];
  for (let time = from; time < to; time += intervalMs) {
    rows.push(rowOf(market, spec, time, Math.min(time + intervalMs, to), intervalMs));
  }
  return sort === 'asc' ? rows : rows.reverse();
}

function rowOf(market: Market, spec: AssetSpec, from: number, to: number, intervalMs: number): KaikoRow {
  const exchanges = venues
    .map((venue) => {
      const [volume] = market.realised.volumes(spec, venue, intervalMs, unixMs(from), unixMs(to));
      return { exchange: exchangeCodes[venue], ...sumsOf(volume!) };
    })
    .filter(({ total_trades }) => total_trades > 0);
  const total = (field: keyof Sums): number => exchanges.reduce((sum, one) => sum + one[field], 0);
  return {
    interval_time: isoSeconds(from),
    // Nanoseconds, as the provider sends them: more digits than a number keeps.
    interval_timestamp: from * 1e6,
    total_trades: total('total_trades'),
    total_amount: total('total_amount'),
    long_trades: total('long_trades'),
    long_amount: total('long_amount'),
    short_trades: total('short_trades'),
    short_amount: total('short_amount'),
    exchanges,
  };
}

/** What the answer says about the request. */
export function envelope(request: PageRequest, now: UnixMs): object {
  const { token, interval, pageSize, sort, start, end } = request;
  return {
    query: {
      request_time: new Date(now).toISOString(),
      data_start_time: isoSeconds(start),
      data_end_time: isoSeconds(end),
      page_size: pageSize,
      sort,
      token,
      interval,
      commodity: 'liquidationEvents',
      data_version: 'v1',
    },
    answer_time: new Date(now).toISOString(),
    answer_timestamp: now,
  };
}
