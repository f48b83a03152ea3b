import { describe, expect, it } from 'vitest';
import type { CandleTick } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { BarBook } from '../../../src-renderer/chart/bar-book.ts';
import { seriesOf } from './fakes.ts';

const series = seriesOf([1, 2, 3]);

function tick(minute: number, close: number, more: Partial<CandleTick> = {}): CandleTick {
  const candle = {
    openTime: unixMs(minute * 60_000),
    open: 1,
    high: 9,
    low: 1,
    close,
    volume: 1,
    takerBuyVolume: 1,
    closed: false,
  };
  return { instrument: series.instrument, timeframe: '1m', candle, receivedAt: unixMs(2_000), ...more };
}

const closes = (book: BarBook) => Array.from({ length: book.count }, (_, i) => book.at(i)?.close);

describe('a book of bars', () => {
  it('is its columns, the last one forming', () => {
    const book = new BarBook(series);
    expect(closes(book)).toEqual([101, 102, 103]);
    expect([book.at(1)?.closed, book.last?.closed, book.at(3), book.at(-1)]).toEqual([true, false, null, null]);
  });

  it('changes its last candle, or opens a new one', () => {
    const book = new BarBook(series);
    expect(book.apply(tick(3, 7))).toBe('changed');
    expect(book.apply(tick(4, 8))).toBe('opened');
    expect(book.apply(tick(4, 8.5))).toBe('changed');
    expect(closes(book)).toEqual([101, 102, 7, 8.5]);
  });

  it('ignores what came too late and what is not its own', () => {
    const book = new BarBook(series);
    expect(book.apply(tick(2, 7))).toBe('stale');
    expect(book.apply(tick(3, 7, { timeframe: '5m' }))).toBe('foreign');
    expect(book.apply(tick(3, 7, { instrument: { ...series.instrument, symbol: 'ETHUSDT' } }))).toBe('foreign');
    const source = { ...series.instrument.source, environment: 'production' } as const;
    expect(book.apply(tick(3, 7, { instrument: { ...series.instrument, source } }))).toBe('foreign');
    expect(closes(book)).toEqual([101, 102, 103]);
  });

  it('keeps what ticks told when older columns are read again', () => {
    const book = new BarBook(series);
    book.apply(tick(3, 7));
    book.apply(tick(4, 8));
    expect(closes(book.renew(seriesOf([0, 1, 2, 3])))).toEqual([101, 102, 103, 7, 8]);
  });

  it('takes columns that are later than its ticks', () => {
    const book = new BarBook(series);
    book.apply(tick(3, 7));
    expect(closes(book.renew(seriesOf([1, 2, 3], { receivedAt: unixMs(3_000) })))).toEqual([101, 102, 103]);
  });

  it('starts anew for another series', () => {
    const book = new BarBook(series);
    book.apply(tick(4, 8));
    expect(closes(book.renew(seriesOf([1, 2], {}, '5m')))).toEqual([101, 102]);
  });

  it('finds candles by time, those of ticks too', () => {
    const book = new BarBook(seriesOf([1, 2, 5]));
    book.apply(tick(6, 8));
    expect([0, 1, 3, 5, 6, 7].map((minute) => book.indexOf(minute * 60_000))).toEqual([0, 0, 2, 2, 3, 4]);
  });
});
