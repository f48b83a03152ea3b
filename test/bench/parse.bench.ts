import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { benchFile, builtFolder, bundleScripts } from './electron/bundle.ts';
import { amountAt, answerText, columns, levels } from './parse/answer.ts';
import { median, milliseconds } from './row.ts';
import type { BenchRow } from './row.ts';

const rounds = 7;

interface HandedOver {
  readonly takenAt: number;
  readonly prices: Float64Array;
  readonly amounts: Float64Array;
}

/** P1: how long the main thread is held up by 38 MB of heatmap, read there and read by the engine's way. */
export async function rows(): Promise<BenchRow[]> {
  const folder = builtFolder('parse');
  await bundleScripts(folder, { host: benchFile('parse/host.ts'), worker: benchFile('parse/worker.ts') });
  const host = new Worker(join(folder, 'host.mjs'));
  const [port] = (await once(host, 'message')) as [number];
  const worker = new Worker(join(folder, 'worker.mjs'), { workerData: port });
  const text = answerText();
  const inMain = (): Promise<void> => {
    check((JSON.parse(text) as { series: { flat_points: number[] }[] }).series[0]!.flat_points);
    return Promise.resolve();
  };
  const inWorker = async (): Promise<void> => {
    worker.postMessage('read');
    const [profiles] = (await Promise.race([
      once(worker, 'message'),
      once(worker, 'error').then(([error]) => Promise.reject(error as Error)),
    ])) as [readonly HandedOver[]];
    const last = profiles.at(-1);
    check([profiles.length, last?.prices.length ?? 0, last?.amounts.at(-1) ?? 0]);
  };
  try {
    await longestBlock(inMain);
    await longestBlock(inWorker);
    const main: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < rounds; round++) {
      main.push(await longestBlock(inMain));
      ours.push(await longestBlock(inWorker));
    }
    return [
      {
        id: 'P1',
        what: 'longest block of the main thread, JSON.parse there / fetched and read by the engine',
        ratio: median(main) / median(ours),
        bar: '≥ 10',
        detail: `${milliseconds(main)} / ${milliseconds(ours)} for ${(text.length / 1e6).toFixed(0)} MB`,
      },
    ];
  } finally {
    await Promise.all([host.terminate(), worker.terminate()]);
  }
}

/** All numbers of the answer, or how many columns and levels; the last amount behind either, so that none is left unread. */
function check(read: readonly number[]): void {
  const wanted = amountAt(columns - 1, levels - 1);
  const isWhole =
    read.length === 3 ? read[0] === columns && read[1] === levels : read.length === columns * (2 + 2 * levels);
  if (!isWhole || read.at(-1) !== wanted) throw new Error(`${read.length} numbers read, the last is ${read.at(-1)}`);
}

/** Milliseconds between two turns of the event loop, the longest while `work` goes on. */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  await new Promise((done) => setImmediate(done));
  last = performance.now();
  setImmediate(turn);
  await new Promise((done) => setImmediate(done));
  await work();
  turn();
  isOver = true;
  await new Promise((done) => setImmediate(done));
  return longest;
}
