import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Written } from './contract/diagnostics.ts';
import { failure, type Result } from './contract/failure.ts';
import type { EngineLink } from './engine-link.ts';
import type { Handlers } from './ipc.ts';

/** The system's own dialogs; null: the user chose none. */
export interface FileDialogs {
  save(proposal: { readonly title: string; readonly name: string; readonly ending: string }): Promise<string | null>;
  open(proposal: { readonly title: string; readonly ending: string }): Promise<string | null>;
}

export interface FileRequestContext {
  readonly dialogs: FileDialogs;
  readonly job: EngineLink['job'];
  /** Stops the engine in order and starts it on this back-up. */
  readonly restore: (file: string) => Promise<void>;
  readonly database: string;
  readonly now: () => number;
}

export type FileRequests = Pick<Handlers, 'rejected/export' | 'store/backup' | 'store/restore'>;

const databaseEnding = 'db';

/** The requests that need a file of the user's choice: the file's name comes from the dialog, never from the page. */
export function fileRequests({ dialogs, job, restore, database, now }: FileRequestContext): FileRequests {
  const day = (): string => new Date(now()).toISOString().slice(0, 10);
  const none: Result<null> = { ok: true, value: null };
  /** One at a time, from its dialog to its end: a second click on the same button opens none, on another one says so. */
  let asking: { readonly name: keyof FileRequests; readonly answer: Promise<Result<Written | null>> } | null = null;
  const alone = (name: keyof FileRequests, work: () => Promise<Result<Written | null>>) => {
    if (asking !== null) return asking.name === name ? asking.answer : Promise.resolve(later());
    const answer = work().finally(() => (asking = null));
    asking = { name, answer };
    return answer;
  };

  return {
    'rejected/export': () =>
      alone('rejected/export', async () => {
        const name = `halcyon-rejected-${day()}`;
        const file = await dialogs.save({ title: 'Export rejected payloads', name, ending: 'jsonl' });
        if (file === null) return none;
        return isOurs(file, database) ? refused() : job('rejected/write', { file });
      }),
    'store/backup': () =>
      alone('store/backup', async () => {
        const name = `halcyon-${day()}`;
        const file = await dialogs.save({ title: 'Back up the database', name, ending: databaseEnding });
        if (file === null) return none;
        return isOurs(file, database) ? refused() : job('store/backup-to', { file });
      }),
    'store/restore': () =>
      alone('store/restore', async () => {
        const file = await dialogs.open({ title: 'Restore a back-up', ending: databaseEnding });
        if (file === null) return none;
        if (isOurs(file, database)) return refused();
        const checked = await job('store/read-backup', { file });
        if (checked.ok) await restore(file);
        return checked;
      }),
  };
}

/** The database in use and the two files beside it, also by another name for the same place. */
function isOurs(file: string, database: string): boolean {
  const ours = [database, `${database}-wal`, `${database}-shm`].map(placeOf);
  return ours.includes(placeOf(file));
}

function placeOf(file: string): string {
  const whole = resolve(file);
  try {
    return realpathSync(whole);
  } catch {
    // It is not there yet: its folder may have another name.
    const folder = resolve(whole, '..');
    try {
      return join(realpathSync(folder), whole.slice(folder.length + 1));
    } catch {
      return whole;
    }
  }
}

const refused = (): Result<never> => ({
  ok: false,
  failure: failure('bad-request', 'This is the database in use. Choose another file.'),
});

const later = (): Result<never> => ({
  ok: false,
  failure: failure('bad-request', 'Another file is being chosen, read or written. Try again when that is done.'),
});
