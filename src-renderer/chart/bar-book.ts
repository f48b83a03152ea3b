import type { CandleTick } from '../../src-main/contract/channels.ts';
import type { Candle, CandleSeries } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';

/** What a tick did: `stale` came for a candle that is already over. */
export type TickOutcome = 'foreign' | 'stale' | 'changed' | 'opened';

/** The candles of one series: the columns as they were read, and on top of them what ticks brought since. */
export class BarBook {
  readonly series: CandleSeries;
  /** Columns up to here; their last candle is the first of `#tail`, because ticks still change it. */
  readonly #fixed: number;
  readonly #tail: Candle[] = [];
  /** When the last tick that counted arrived. */
  #tickedAt = -Infinity;

  constructor(series: CandleSeries) {
    this.series = series;
    this.#fixed = Math.max(0, series.openTimes.length - 1);
    if (series.openTimes.length > 0) this.#tail.push(columnCandle(series, this.#fixed));
  }

  /** A book on newer columns that keeps what only ticks told, where they are later than the columns. */
  renew(series: CandleSeries): BarBook {
    const next = new BarBook(series);
    if (this.#tickedAt === -Infinity || !isSameSeries(series, this.series)) return next;
    const last = next.last?.openTime ?? -Infinity;
    const later = this.#tickedAt > series.receivedAt;
    for (const candle of this.#tail) {
      if (candle.openTime > last || (candle.openTime === last && later)) next.#put(candle);
    }
    next.#tickedAt = this.#tickedAt;
    return next;
  }

  get count(): number {
    return this.#fixed + this.#tail.length;
  }

  get last(): Candle | null {
    return this.#tail.at(-1) ?? null;
  }

  at(index: number): Candle | null {
    if (index < 0 || index >= this.count) return null;
    return index < this.#fixed ? columnCandle(this.series, index) : (this.#tail[index - this.#fixed] ?? null);
  }

  /** Index of the first candle that does not open before a time; `count` when all do. */
  indexOf(openTime: number): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.openTimeAt(middle) < openTime) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Infinity where there is no such candle. */
  openTimeAt(index: number): number {
    const time = index < this.#fixed ? this.series.openTimes[index] : this.#tail[index - this.#fixed]?.openTime;
    return time ?? Infinity;
  }

  apply(tick: CandleTick): TickOutcome {
    if (!isSameSeries(tick, this.series)) return 'foreign';
    const outcome = this.#put(tick.candle);
    if (outcome !== 'stale') this.#tickedAt = tick.receivedAt;
    return outcome;
  }

  #put(candle: Candle): TickOutcome {
    const last = this.last;
    if (last !== null && candle.openTime < last.openTime) return 'stale';
    if (last !== null && candle.openTime === last.openTime) {
      this.#tail[this.#tail.length - 1] = candle;
      return 'changed';
    }
    this.#tail.push(candle);
    return 'opened';
  }
}

type SeriesName = Pick<CandleSeries, 'instrument' | 'timeframe'>;

/** Whether two things speak of the same venue's instrument in the same timeframe. */
export function isSameSeries(a: SeriesName, b: SeriesName): boolean {
  const one = a.instrument;
  const two = b.instrument;
  return (
    a.timeframe === b.timeframe &&
    one.symbol === two.symbol &&
    one.asset === two.asset &&
    one.source.provider === two.source.provider &&
    one.source.environment === two.source.environment &&
    one.source.host === two.source.host
  );
}

function columnCandle(series: CandleSeries, i: number): Candle {
  return {
    openTime: unixMs(series.openTimes[i] ?? NaN),
    open: series.open[i] ?? NaN,
    high: series.high[i] ?? NaN,
    low: series.low[i] ?? NaN,
    close: series.close[i] ?? NaN,
    volume: series.volume[i] ?? NaN,
    takerBuyVolume: series.takerBuyVolume[i] ?? NaN,
    closed: i < series.openTimes.length - 1 || !series.lastIsForming,
  };
}
