import type { CandleSeries } from '../contract/market.ts';
import { sourceKey } from '../contract/source.ts';
import type { CandleUpdate } from '../providers/provider.ts';
import type { FeedTools } from './feed-tools.ts';

/** A forming candle is committed at most this often, a closed one at once. */
const formingEveryMs = 5_000;

/** Writes streamed candles: each closed one, and of a forming one the last state of every few seconds. */
export class CandleWriter {
  readonly #tools: FeedTools;
  readonly #forming = new Map<string, CandleUpdate>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tools: FeedTools) {
    this.#tools = tools;
  }

  take(update: CandleUpdate): void {
    const { instrument, timeframe, candle } = update;
    const key = `${sourceKey(instrument.source)} ${instrument.symbol} ${timeframe}`;
    const before = this.#forming.get(key);
    if (before && before.candle.openTime < candle.openTime) this.#write(before);
    if (candle.closed) {
      this.#forming.delete(key);
      this.#write(update);
    } else {
      this.#forming.set(key, update);
      this.#timer ??= setTimeout(() => this.#flush(), formingEveryMs);
    }
  }

  close(): void {
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const update of this.#forming.values()) this.#write(update);
    this.#forming.clear();
  }

  #write(update: CandleUpdate): void {
    this.#tools.guard.attempt(() => this.#tools.store.candles.write(seriesOf(update)));
  }
}

/** A single candle as the series that the store takes. */
function seriesOf({ instrument, timeframe, candle, receivedAt }: CandleUpdate): CandleSeries {
  return {
    instrument,
    timeframe,
    openTimes: Float64Array.of(candle.openTime),
    open: Float64Array.of(candle.open),
    high: Float64Array.of(candle.high),
    low: Float64Array.of(candle.low),
    close: Float64Array.of(candle.close),
    volume: Float64Array.of(candle.volume),
    takerBuyVolume: Float64Array.of(candle.takerBuyVolume),
    lastIsForming: !candle.closed,
    receivedAt,
  };
}
