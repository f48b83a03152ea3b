import type Database from 'better-sqlite3';
import type { Settings } from '../contract/settings.ts';
import { settingsFrom } from './settings-shape.ts';

export interface StoredSettings {
  /** What is stored, with the default wherever a field is missing or makes no sense. */
  read(): Settings;
  write(settings: Settings): void;
}

export function createSettings(db: Database.Database): StoredSettings {
  const select = db.prepare<[], string>('SELECT json FROM settings WHERE id = 1').pluck();
  const upsert = db.prepare<[string]>(
    'INSERT INTO settings (id, json) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json',
  );

  return {
    read: () => settingsFrom(parse(select.get() ?? '{}')),
    write: (settings) => void upsert.run(JSON.stringify(settingsFrom(settings))),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}
