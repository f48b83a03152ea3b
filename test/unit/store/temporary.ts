import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../../src-main/store/database.ts';
import { noon } from './samples.ts';

/** A folder that is gone when the test is over. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'halcyon.sqlite');
}

export function openTemporary(file = temporaryFile()): Store {
  const { store } = openStore(file, { now: () => noon });
  onTestFinished(() => store.close());
  return store;
}
