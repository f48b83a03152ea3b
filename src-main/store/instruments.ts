import type Database from 'better-sqlite3';
import type { Asset, Instrument, UnixMs } from '../contract/market.ts';
import { sourceKey, type SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

export interface StoredInstrument {
  readonly id: number;
  readonly instrument: Instrument;
}

export interface Instruments {
  /** Id of an instrument, which becomes the one that stands for its asset at its source. */
  choose(instrument: Instrument, at: UnixMs): number;
  /** The instrument written last for that asset at that source. */
  newest(source: SourceKey, asset: Asset): StoredInstrument | null;
  forget(): void;
}

interface Row {
  id: number;
  source_id: number;
  asset: string;
  symbol: string;
  quote: string;
  tick_size: number;
}

export function createInstruments(db: Database.Database, sources: Sources): Instruments {
  const select = db.prepare<[number, string], Row>(
    `SELECT id, source_id, asset, symbol, quote, tick_size FROM instruments
     WHERE source_id = ? AND asset = ? ORDER BY chosen_at DESC LIMIT 1`,
  );
  const nextChosen = db
    .prepare<[number, string], number>('SELECT max(chosen_at) FROM instruments WHERE source_id = ? AND asset = ?')
    .pluck();
  const upsert = db
    .prepare<[number, string, string, string, number, number], number>(
      `INSERT INTO instruments (source_id, asset, symbol, quote, tick_size, chosen_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (source_id, asset, symbol, quote)
       DO UPDATE SET tick_size = excluded.tick_size, chosen_at = excluded.chosen_at
       RETURNING id`,
    )
    .pluck();
  const chosen = new Map<string, StoredInstrument>();

  function newest(source: SourceKey, asset: Asset): StoredInstrument | null {
    const key = `${source} ${asset}`;
    const known = chosen.get(key);
    if (known !== undefined) return known;
    const sourceId = sources.find(source);
    const row = sourceId === null ? undefined : select.get(sourceId, asset);
    if (row === undefined) return null;
    const found: StoredInstrument = {
      id: row.id,
      instrument: {
        source: sources.read(row.source_id),
        asset: row.asset,
        symbol: row.symbol,
        quote: row.quote,
        tickSize: row.tick_size,
      },
    };
    chosen.set(key, found);
    return found;
  }

  return {
    newest,
    choose(instrument, at) {
      const { source, asset, symbol, quote, tickSize } = instrument;
      const key = sourceKey(source);
      const now = newest(key, asset);
      if (now?.instrument.symbol === symbol && now.instrument.quote === quote && now.instrument.tickSize === tickSize) {
        return now.id;
      }
      const sourceId = sources.idOf(source);
      // Later than every other even when the clock was set back.
      const last = (nextChosen.get(sourceId, asset) as number | null | undefined) ?? Number.NEGATIVE_INFINITY;
      const id = upsert.get(sourceId, asset, symbol, quote, tickSize, Math.max(at, last + 1)) as number;
      chosen.delete(`${key} ${asset}`);
      return id;
    },
    forget: () => chosen.clear(),
  };
}
