import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { MinuteColumns } from './minutes.ts';
import { tickMs } from './ticks.ts';
import type { MinutePath } from './ticks.ts';

export const minuteMs = 60_000;

/** A candle in whole ticks and lots, of any length. */
export interface TickCandle {
  openTime: UnixMs;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  takerBuy: number;
  trades: number;
  /** Ticks × lots. */
  quoteVolume: number;
  takerBuyQuote: number;
  closed: boolean;
}

/** A candle that nothing was added to yet. */
export const emptyCandle = (openTime: number): TickCandle => ({
  ...{ openTime: unixMs(openTime), open: -1, high: -1, low: Infinity, close: -1 },
  ...{ volume: 0, takerBuy: 0, trades: 0, quoteVolume: 0, takerBuyQuote: 0, closed: false },
});

/** Adds the minutes [from, to) of a day. A minute's dollars are its volume at its typical price. */
export function addMinutes(candle: TickCandle, minutes: MinuteColumns, from: number, to: number): void {
  if (from >= to) return;
  if (candle.open < 0) candle.open = minutes.open[from]!;
  candle.close = minutes.close[to - 1]!;
  for (let m = from; m < to; m++) {
    const high = minutes.high[m]!;
    const low = minutes.low[m]!;
    if (high > candle.high) candle.high = high;
    if (low < candle.low) candle.low = low;
    const typical = (minutes.open[m]! + high + low + minutes.close[m]!) / 4;
    const volume = minutes.volume[m]!;
    const takerBuy = minutes.takerBuy[m]!;
    candle.volume += volume;
    candle.takerBuy += takerBuy;
    candle.trades += minutes.trades[m]!;
    candle.quoteVolume += Math.round(volume * typical);
    candle.takerBuyQuote += Math.round(takerBuy * typical);
  }
}

export function addCandle(candle: TickCandle, next: TickCandle): void {
  if (candle.open < 0) candle.open = next.open;
  if (next.high > candle.high) candle.high = next.high;
  if (next.low < candle.low) candle.low = next.low;
  candle.close = next.close;
  candle.volume += next.volume;
  candle.takerBuy += next.takerBuy;
  candle.trades += next.trades;
  candle.quoteVolume += next.quoteVolume;
  candle.takerBuyQuote += next.takerBuyQuote;
}

/** The minute that opened at `openTime` as far as it had come at `now`. */
export function partialMinute(path: MinutePath, openTime: number, now: number): TickCandle {
  const last = Math.floor((now - openTime) / tickMs);
  let high = path.price[0]!;
  let low = high;
  for (let i = 1; i <= last; i++) {
    const price = path.price[i]!;
    if (price > high) high = price;
    if (price < low) low = price;
  }
  const open = path.price[0]!;
  const close = path.price[last]!;
  const volume = path.volume[last]!;
  const takerBuy = path.takerBuy[last]!;
  const typical = (open + high + low + close) / 4;
  return {
    ...{ openTime: unixMs(openTime), open, high, low, close, volume, takerBuy, trades: path.trades[last]! },
    quoteVolume: Math.round(volume * typical),
    takerBuyQuote: Math.round(takerBuy * typical),
    closed: false,
  };
}
