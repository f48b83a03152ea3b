import type Database from 'better-sqlite3';
import { failure, FailureError } from '../contract/failure.ts';
import type { ExchangeVolumes, LiquidationVolumes } from '../contract/liquidation.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { AmountUnit } from '../contract/snapshot.ts';
import type { SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';
import { volumesFrom, type VolumeRow } from './volume-columns.ts';

/** Liquidated volumes per interval, in total and per exchange. */
export interface Volumes {
  /** Keeps all of them or none. An interval that is told again replaces the former one, its exchanges included. */
  write(volumes: LiquidationVolumes): void;
  /**
   * Intervals that start at `from` ≤ time < `to`, ascending; null when there is none. `receivedAt`: when the newest of
   * them arrived.
   */
  read(source: SourceKey, asset: Asset, variant: string, from: UnixMs, to: UnixMs): LiquidationVolumes | null;
  /** Start of the newest interval that is kept. */
  newestTime(source: SourceKey, asset: Asset, variant: string): UnixMs | null;
}

interface SeriesRow {
  readonly id: number;
  readonly intervalMs: number;
  readonly unit: AmountUnit;
}

/** In the place of an exchange's code: the row is the total. */
const total = '';

export function createVolumes(db: Database.Database, sources: Sources): Volumes {
  const selectSeries = db.prepare<[number, string, string], SeriesRow>(
    'SELECT id, interval_ms AS intervalMs, unit FROM volume_series WHERE source_id = ? AND asset = ? AND variant = ?',
  );
  const insertSeries = db.prepare<[number, string, string, number, string]>(
    'INSERT INTO volume_series (source_id, asset, variant, interval_ms, unit) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare<[number, number]>('DELETE FROM liquidation_volumes WHERE series_id = ? AND time = ?');
  const insert = db.prepare(
    `INSERT INTO liquidation_volumes
       (series_id, time, exchange, long, short, long_trades, short_trades, breaches, received_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = db
    .prepare<[number, number, number]>(
      `SELECT time, exchange, long, short, long_trades, short_trades, breaches, received_at FROM liquidation_volumes
       WHERE series_id = ? AND time >= ? AND time < ? ORDER BY time, exchange`,
    )
    .raw();
  const selectNewest = db
    .prepare<[number], number | null>('SELECT max(time) FROM liquidation_volumes WHERE series_id = ?')
    .pluck();

  function seriesOf(source: SourceKey, asset: Asset, variant: string): (SeriesRow & { sourceId: number }) | null {
    const sourceId = sources.find(source);
    const row = sourceId === null ? undefined : selectSeries.get(sourceId, asset, variant);
    return sourceId === null || row === undefined ? null : { ...row, sourceId };
  }

  function idOf({ source, asset, variant, intervalMs, unit }: LiquidationVolumes): number {
    const sourceId = sources.idOf(source);
    const found = selectSeries.get(sourceId, asset, variant);
    if (found === undefined) {
      return Number(insertSeries.run(sourceId, asset, variant, intervalMs, unit).lastInsertRowid);
    }
    if (found.unit === unit && found.intervalMs === intervalMs) return found.id;
    const detail = `${variant}: ${unit} per ${intervalMs} ms among ${found.unit} per ${found.intervalMs} ms`;
    throw new FailureError(
      failure('bug', 'Volumes of another unit or interval than those before them were not kept.', { detail }),
    );
  }

  const write = db.transaction((volumes: LiquidationVolumes) => {
    const id = idOf(volumes);
    const { times, breaches, exchanges, receivedAt } = volumes;
    for (let i = 0; i < times.length; i++) {
      const add = (exchange: string, columns: Omit<ExchangeVolumes, 'exchange'>, broken: number): void => {
        const { longs, shorts, longTrades, shortTrades } = columns;
        const values = [longs[i], shorts[i], longTrades[i], shortTrades[i]];
        if (exchange !== total && values.every(Number.isNaN)) return;
        insert.run(id, times[i], exchange, ...values, broken, receivedAt);
      };
      remove.run(id, times[i] as number);
      add(total, volumes, breaches[i] as number);
      for (const exchange of exchanges) add(exchange.exchange, exchange, 0);
    }
  });

  return {
    write: (volumes) => write.immediate(volumes),
    read(source, asset, variant, from, to) {
      const series = seriesOf(source, asset, variant);
      if (series === null) return null;
      const { id, sourceId, intervalMs, unit } = series;
      const rows = select.all(id, from, to) as VolumeRow[];
      return rows.length === 0
        ? null
        : volumesFrom({ source: sources.read(sourceId), asset, variant, intervalMs, unit }, rows);
    },
    newestTime(source, asset, variant) {
      const series = seriesOf(source, asset, variant);
      const time = series === null ? null : selectNewest.get(series.id);
      return time === null || time === undefined ? null : unixMs(time);
    },
  };
}
