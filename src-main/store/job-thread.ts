import { Worker } from 'node:worker_threads';
import { failure, FailureError, type Failure } from '../contract/failure.ts';
import type { OnProgress } from './copy.ts';
import type { Job, JobAnswer, JobName } from './jobs.ts';

export type FromJob =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'done'; readonly answer: JobAnswer<JobName> }
  | { readonly type: 'failed'; readonly failure: Failure };

/** Runs a job in a thread of its own. `script`: `worker.ts` as it was built. Throws FailureError. */
export function runInThread<Name extends JobName>(
  script: URL,
  job: Job<Name>,
  onProgress: OnProgress,
): Promise<JobAnswer<Name>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: job });
    const died = (detail: string): void =>
      reject(new FailureError(failure('bug', 'A job on the database ended before its time.', { detail })));
    worker.on('message', (message: FromJob) => {
      if (message.type === 'progress') onProgress(message.done);
      else if (message.type === 'done') resolve(message.answer as JobAnswer<Name>);
      else reject(new FailureError(message.failure));
    });
    worker.on('error', (thrown) => died(String(thrown)));
    worker.on('exit', (code) => died(`exit code ${code}`));
  });
}
