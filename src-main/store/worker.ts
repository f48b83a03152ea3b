import { parentPort, workerData } from 'node:worker_threads';
import { toFailure } from '../contract/failure.ts';
import type { FromJob } from './job-thread.ts';
import { runJob, type Job } from './jobs.ts';

/** A thread for one job; it ends with it. */
const port = parentPort!;
const send = (message: FromJob): void => port.postMessage(message);

runJob(workerData as Job, (done) => send({ type: 'progress', done })).then(
  (answer) => send({ type: 'done', answer }),
  (thrown: unknown) => send({ type: 'failed', failure: toFailure(thrown) }),
);
