import type Database from 'better-sqlite3';
import { sourceKey, type ProviderId, type Source, type SourceKey } from '../contract/source.ts';

export interface Sources {
  /** Id of a source, given to it when it is first seen. */
  idOf(source: Source): number;
  /** Id of a source that was seen before, else null. */
  find(key: SourceKey): number | null;
  read(id: number): Source;
  /** Ids of every source of a provider that was seen before. */
  ofProvider(provider: ProviderId): number[];
  /** Forgets what is remembered in memory: a transaction was rolled back. */
  forget(): void;
}

export function createSources(db: Database.Database): Sources {
  const select = db.prepare<[string], number>('SELECT id FROM sources WHERE key = ?').pluck();
  const selectSource = db.prepare<[number], Source>('SELECT provider, environment, host FROM sources WHERE id = ?');
  const insert = db.prepare<[string, string, string, string]>(
    'INSERT INTO sources (key, provider, environment, host) VALUES (?, ?, ?, ?)',
  );
  const selectOfProvider = db.prepare<[string], number>('SELECT id FROM sources WHERE provider = ?').pluck();
  const ids = new Map<SourceKey, number>();
  const sources = new Map<number, Source>();

  function find(key: SourceKey): number | null {
    const known = ids.get(key) ?? (select.get(key) as number | undefined);
    if (known === undefined) return null;
    ids.set(key, known);
    return known;
  }

  return {
    find,
    idOf(source) {
      const key = sourceKey(source);
      const known = find(key);
      if (known !== null) return known;
      const id = Number(insert.run(key, source.provider, source.environment, source.host).lastInsertRowid);
      ids.set(key, id);
      return id;
    },
    read(id) {
      const known = sources.get(id);
      if (known !== undefined) return known;
      const source = Object.freeze(selectSource.get(id) as Source);
      sources.set(id, source);
      return source;
    },
    ofProvider: (provider) => selectOfProvider.all(provider) as number[],
    forget() {
      ids.clear();
      sources.clear();
    },
  };
}
