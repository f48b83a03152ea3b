import type Database from 'better-sqlite3';
import {
  unixMs,
  type Asset,
  type CandleSeries,
  type Instrument,
  type Timeframe,
  type UnixMs,
} from '../contract/market.ts';
import type { SourceKey } from '../contract/source.ts';
import type { Instruments } from './instruments.ts';

export interface Candles {
  /**
   * Keeps a series, whole or not at all. A forming candle never replaces a closed one; a closed one replaces what was
   * there, and when it is the same nothing is written.
   */
  write(series: CandleSeries): void;
  /**
   * The newest `limit` candles that open before `before` (null: all), ascending; null when there is none. A candle that
   * never closed here although later ones are known (the program was off) is left out: it is a gap, not a candle.
   */
  read(
    source: SourceKey,
    asset: Asset,
    timeframe: Timeframe,
    before: UnixMs | null,
    limit: number,
  ): CandleSeries | null;
  /** Open time of the newest candle, the forming one included. */
  newestOpenTime(source: SourceKey, asset: Asset, timeframe: Timeframe): UnixMs | null;
  newestInstrument(source: SourceKey, asset: Asset): Instrument | null;
}

/** open_time, open, high, low, close, volume, taker_buy_volume, closed, received_at */
type Row = [number, ...(number | null)[]] & { readonly 7: number; readonly 8: number };

export function createCandles(db: Database.Database, instruments: Instruments): Candles {
  const upsert = db.prepare(
    `INSERT INTO candles (instrument_id, timeframe, open_time, open, high, low, close, volume, taker_buy_volume, closed, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (instrument_id, timeframe, open_time) DO UPDATE SET
       open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
       taker_buy_volume = excluded.taker_buy_volume, closed = excluded.closed, received_at = excluded.received_at
     WHERE candles.closed = 0 OR (excluded.closed = 1 AND (
       open IS NOT excluded.open OR high IS NOT excluded.high OR low IS NOT excluded.low OR close IS NOT excluded.close
       OR volume IS NOT excluded.volume OR taker_buy_volume IS NOT excluded.taker_buy_volume))`,
  );
  const select = db
    .prepare<[number, string, number, number, string, number]>(
      `SELECT open_time, open, high, low, close, volume, taker_buy_volume, closed, received_at FROM candles
       WHERE instrument_id = ? AND timeframe = ? AND open_time < ?
         AND (closed = 1 OR open_time = (SELECT max(open_time) FROM candles WHERE instrument_id = ? AND timeframe = ?))
       ORDER BY open_time DESC LIMIT ?`,
    )
    .raw();
  const selectNewest = db
    .prepare<[number, string], number>('SELECT max(open_time) FROM candles WHERE instrument_id = ? AND timeframe = ?')
    .pluck();

  const write = db.transaction((series: CandleSeries) => {
    const id = instruments.choose(series.instrument, series.receivedAt);
    const last = series.openTimes.length - 1;
    for (let i = 0; i <= last; i++) {
      const closed = i < last || !series.lastIsForming ? 1 : 0;
      upsert.run(
        id,
        series.timeframe,
        series.openTimes[i],
        series.open[i],
        series.high[i],
        series.low[i],
        series.close[i],
        series.volume[i],
        series.takerBuyVolume[i],
        closed,
        series.receivedAt,
      );
    }
  });

  return {
    write: (series) => write.immediate(series),
    read(source, asset, timeframe, before, limit) {
      const found = instruments.newest(source, asset);
      if (found === null) return null;
      const end = before ?? Number.POSITIVE_INFINITY;
      const rows = select.all(found.id, timeframe, end, found.id, timeframe, limit) as Row[];
      const newest = rows[0];
      if (newest === undefined) return null;
      rows.reverse();
      return {
        instrument: found.instrument,
        timeframe,
        openTimes: column(rows, 0),
        open: column(rows, 1),
        high: column(rows, 2),
        low: column(rows, 3),
        close: column(rows, 4),
        volume: column(rows, 5),
        takerBuyVolume: column(rows, 6),
        lastIsForming: newest[7] === 0,
        receivedAt: unixMs(newest[8]),
      };
    },
    newestOpenTime(source, asset, timeframe) {
      const found = instruments.newest(source, asset);
      const time = found === null ? null : (selectNewest.get(found.id, timeframe) as number | null | undefined);
      return time === null || time === undefined ? null : unixMs(time);
    },
    newestInstrument: (source, asset) => instruments.newest(source, asset)?.instrument ?? null,
  };
}

function column(rows: readonly Row[], index: number): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = rows[i]?.[index] ?? Number.NaN;
  return values;
}
