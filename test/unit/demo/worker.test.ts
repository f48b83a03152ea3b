import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { providerIds } from '../../../src-main/contract/source.ts';
import type { DemoMessage } from '../../../src-main/demo/messages.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-worker-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: fileURLToPath(new URL('../../../src-main/demo/worker.ts', import.meta.url)),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'demo.mjs' } },
    },
    ssr: { noExternal: true },
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(worker: Worker): Promise<{ next: () => Promise<DemoMessage>; exited: Promise<number> }> {
  const waiting: ((message: DemoMessage) => void)[] = [];
  const got: DemoMessage[] = [];
  worker.on('message', (message: DemoMessage) => {
    const first = waiting.shift();
    if (first) first(message);
    else got.push(message);
  });
  const next = (): Promise<DemoMessage> =>
    new Promise((done) => {
      const first = got.shift();
      if (first) done(first);
      else waiting.push(done);
    });
  return { next, exited: new Promise((done) => worker.once('exit', done)) };
}

test('the thread starts a server of every provider on loopback, obeys scenarios, and ends by itself when told', async () => {
  const worker = new Worker(join(folder, 'demo.mjs'), { workerData: { seed: 5 } });
  const { next, exited } = await run(worker);
  const ready = await next();
  if (ready.type !== 'ready') throw new Error(JSON.stringify(ready));
  const { kingfisher, binance } = ready.urls;
  expect(kingfisher?.restUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  expect(kingfisher?.streamUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/v1\/stream$/);
  expect(binance?.restUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(binance?.streamUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/market\/ws$/);
  expect(Object.keys(ready.urls).sort()).toEqual([...providerIds].sort());
  const ask = (): Promise<Response> =>
    fetch(`${kingfisher?.restUrl}/liquidations/BTC`, {
      headers: { authorization: `Bearer ${ready.secrets.kingfisher?.['apiKey']}` },
    });
  expect((await ask()).status).toBe(200);
  worker.postMessage({ type: 'scenario', server: 'kingfisher', scenario: '500' });
  await expect.poll(async () => (await ask()).status).toBe(500);
  worker.postMessage({ type: 'stop' });
  expect(await next()).toEqual({ type: 'stopped' });
  expect(await exited).toBe(0);
  await expect(ask()).rejects.toThrow('fetch failed');
});

test('without workerData it waits for start', async () => {
  const worker = new Worker(join(folder, 'demo.mjs'));
  const { next, exited } = await run(worker);
  worker.postMessage({ type: 'start', seed: null });
  expect(await next()).toMatchObject({ type: 'ready' });
  worker.postMessage({ type: 'stop' });
  expect(await next()).toEqual({ type: 'stopped' });
  expect(await exited).toBe(0);
});
