import type { LiquidationVolumes } from '../../contract/liquidation.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { Source } from '../../contract/source.ts';
import { at, Unreadable } from '../parse.ts';
import { mostRows } from '../parse/columns.ts';
import { size } from '../parse/numbers.ts';
import { intervals, marketOf, volumesVariant, type Choices } from './choices.ts';
import { inOrder, pointIn, readSeries, stampOf, type Series } from './series.ts';

export interface VolumesAsked {
  readonly source: Source;
  readonly asset: Asset;
  readonly choices: Choices;
  readonly from: UnixMs;
  /** Itself not asked for. */
  readonly to: UnixMs;
}

/** `exchange` is repeated for a sum over several. `from` and `period` are SECONDS. */
export function volumesPath({ asset, choices, from, to }: VolumesAsked): string {
  const { isGrouped, parameters } = marketOf(asset, choices);
  return [
    `/v1/points?type=LIQUIDATION_AGG&${parameters}&interval=${choices.interval}`,
    `from=${Math.floor(from / 1000)}&period=${Math.max(1, Math.ceil((to - from) / 1000))}`,
    ...(isGrouped ? ['transform.groupBy.type=GROUP_BY_TYPE_SUM'] : []),
    ...(choices.unit === 'usd' ? ['transform.normalize.quote=USD'] : []),
  ].join('&');
}

/**
 * Side of the positions liquidated, as their document defines it: buy-side liquidations are longs, sell-side ones shorts.
 * That is the reverse of Binance's own feed, where a liquidated long is sold.
 */
const liquidated: Readonly<Record<string, 'long' | 'short'>> = { BUY: 'long', SELL: 'short' };

interface Row {
  readonly time: UnixMs;
  readonly amount: number;
}

/**
 * One series a side. Where only one side tells of an interval, the other had nothing: a side is sent as a series of its
 * own, with points where there were liquidations. An interval that neither tells of is unknown and has no row.
 * An answer does not name its unit: it is what the request asked for. Null when there is no row.
 */
export function readVolumes(payload: unknown, asked: VolumesAsked, receivedAt: UnixMs): LiquidationVolumes | null {
  const { source, asset, choices } = asked;
  const { isGrouped } = marketOf(asset, choices);
  const all = readSeries(payload, {
    type: 'LIQUIDATION_AGG',
    interval: choices.interval,
    coin: asset,
    mustName: !isGrouped,
  });
  const sides = new Map<'long' | 'short', readonly Row[]>();
  for (const series of all) {
    const side = at(`${series.path}.id.side`, () => sideOf(series.id['side']));
    // Added up, an answer that was not summed as asked, or holds a total beside its parts, would be counted twice.
    if (sides.has(side)) throw new Unreadable('names a side a second time', `${series.path}.id.side`);
    sides.set(side, inOrder(readRows(series)));
  }
  const within = ({ time }: Row): boolean => time >= asked.from && time < asked.to;
  const longs = (sides.get('long') ?? []).filter(within);
  const shorts = (sides.get('short') ?? []).filter(within);
  const times = Float64Array.from(new Set([...longs, ...shorts].map(({ time }) => time))).sort();
  if (times.length === 0) return null;
  const none = () => new Float64Array(times.length).fill(NaN);
  return {
    source,
    asset,
    variant: volumesVariant(choices),
    intervalMs: intervals[choices.interval].ms,
    unit: choices.unit,
    times,
    longs: amountsAt(times, longs),
    shorts: amountsAt(times, shorts),
    longTrades: none(),
    shortTrades: none(),
    breaches: new Float64Array(times.length),
    exchanges: [],
    receivedAt,
  };
}

function sideOf(value: unknown): 'long' | 'short' {
  if (value === undefined) throw new Unreadable('is missing');
  const name = typeof value === 'string' ? value.toUpperCase() : '';
  const side = Object.hasOwn(liquidated, name) ? liquidated[name] : undefined;
  if (side === undefined) throw new Unreadable('is neither BUY nor SELL');
  return side;
}

/** `[{Point: {liquidations, timestamp}}]` */
function readRows({ object, path }: Series): readonly Row[] {
  const { points } = object;
  return at(`${path}.points`, () => {
    if (points === undefined) throw new Unreadable('is missing');
    if (!Array.isArray(points)) throw new Unreadable('is not a list');
    if (points.length > mostRows) {
      throw new Unreadable(`has ${points.length} rows: larger than Halcyon accepts (${mostRows})`);
    }
    return points.map((value: unknown, index): Row =>
      at(`[${index}]`, () => {
        const { timestamp, liquidations } = pointIn(value);
        const time = at('.Point.timestamp', () => stampOf(timestamp));
        return { time, amount: at('.Point.liquidations', () => size(liquidations)) };
      }),
    );
  });
}

/** Zero where the side has no row. Both ascending. */
function amountsAt(times: Float64Array, rows: readonly Row[]): Float64Array {
  let next = 0;
  return times.map((time) => {
    if (rows[next]?.time !== time) return 0;
    next += 1;
    return rows[next - 1]!.amount;
  });
}
