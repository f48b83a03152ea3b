import type { ExchangeVolumes, LiquidationVolumes } from '../contract/liquidation.ts';
import { unixMs } from '../contract/market.ts';

/** Of the total where `exchange` is empty; an interval's total comes before its exchanges. */
export type VolumeRow = readonly [
  time: number,
  exchange: string,
  long: number | null,
  short: number | null,
  longTrades: number | null,
  shortTrades: number | null,
  breaches: number,
  receivedAt: number,
];

type Head = Pick<LiquidationVolumes, 'source' | 'asset' | 'variant' | 'intervalMs' | 'unit'>;

/** Rows ascending by time, at least one. */
export function volumesFrom(head: Head, rows: readonly VolumeRow[]): LiquidationVolumes {
  const totals = rows.filter(([, exchange]) => exchange === '');
  const length = totals.length;
  const codes = [...new Set(rows.map(([, exchange]) => exchange))].filter((code) => code !== '').sort();
  const exchanges = new Map<string, ExchangeVolumes>(
    codes.map((exchange) => [exchange, { exchange, ...emptyColumns(length) }]),
  );
  const whole = emptyColumns(length);
  let place = -1;
  for (const row of rows) {
    if (row[1] === '') place++;
    const into = row[1] === '' ? whole : (exchanges.get(row[1]) as ExchangeVolumes);
    into.longs[place] = row[2] ?? Number.NaN;
    into.shorts[place] = row[3] ?? Number.NaN;
    into.longTrades[place] = row[4] ?? Number.NaN;
    into.shortTrades[place] = row[5] ?? Number.NaN;
  }
  return {
    ...head,
    times: Float64Array.from(totals, ([time]) => time),
    ...whole,
    breaches: Float64Array.from(totals, (row) => row[6]),
    exchanges: [...exchanges.values()],
    receivedAt: unixMs((totals[length - 1] as VolumeRow)[7]),
  };
}

function emptyColumns(length: number): Omit<ExchangeVolumes, 'exchange'> {
  const unknown = (): Float64Array => new Float64Array(length).fill(Number.NaN);
  return { longs: unknown(), shorts: unknown(), longTrades: unknown(), shortTrades: unknown() };
}
