import Database from 'better-sqlite3';
import type { KeptRows, Retention, RetentionPreview } from '../contract/keeping.ts';
import type { UnixMs } from '../contract/market.ts';
import { backUp } from './backup.ts';
import type { OnProgress } from './copy.ts';
import { createKeptTables } from './kept-tables.ts';
import { createRetention, type RetentionPlans } from './retention.ts';
import { stageRestore } from './restore.ts';
import { asStoreFailure } from './store-failure.ts';
import { checkWhole, type CheckResult } from './whole-check.ts';

/** Long work on a database that is open elsewhere: each has a connection of its own, and none holds up who writes. */
export interface Jobs {
  check: { readonly ask: object; readonly answer: CheckResult };
  kept: { readonly ask: object; readonly answer: KeptRows[] };
  preview: { readonly ask: { readonly retention: Retention; readonly now: UnixMs }; readonly answer: RetentionPreview };
  backup: { readonly ask: { readonly target: string }; readonly answer: { readonly bytes: number } };
  /** What comes after it is `finishRestore`, when the store is closed. */
  stage: { readonly ask: { readonly from: string }; readonly answer: { readonly bytes: number } };
}
export type JobName = keyof Jobs;

/** `file`: the database. */
export type Job<Name extends JobName = JobName> = {
  [Each in Name]: { readonly name: Each; readonly file: string } & Jobs[Each]['ask'];
}[Name];
export type JobAnswer<Name extends JobName> = Jobs[Name]['answer'];

/** Throws FailureError. */
export async function runJob(job: Job, onProgress: OnProgress): Promise<JobAnswer<JobName>> {
  switch (job.name) {
    case 'check':
      return checkWhole(job.file, onProgress);
    case 'kept':
      return reading(job.file, null, (plans) => plans.kept());
    case 'preview':
      return reading(job.file, job.now, (plans) => plans.preview(job.retention));
    case 'backup':
      return backUp(job.file, job.target, onProgress);
    case 'stage':
      return stageRestore(job.file, job.from, onProgress);
  }
}

function reading<Value>(file: string, now: UnixMs | null, read: (plans: RetentionPlans) => Value): Value {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return read(createRetention(db, createKeptTables(db), () => now as UnixMs));
    } finally {
      db.close();
    }
  } catch (thrown) {
    throw asStoreFailure(thrown, file);
  }
}
