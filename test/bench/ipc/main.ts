/** The app's own way from worker to page and back (engine link, IPC, preload, bridge), with a worker that only sends. */
import { join } from 'node:path';
import { app } from 'electron';
import type { Result } from '../../../src-main/contract/failure.ts';
import { EngineLink } from '../../../src-main/engine-link.ts';
import { publish, serve } from '../../../src-main/ipc.ts';
import type { Handlers } from '../../../src-main/ipc.ts';
import { appOrigin, lockSession, registerScheme, servePage } from '../../../src-main/page.ts';
import { createWindow } from '../../../src-main/window.ts';
import { tellWhenReady } from '../electron/tell.ts';
import { fullBatch } from './plan.ts';
import type { IpcReport, Trips } from './plan.ts';

const rounds = 9;
const settleMs = 1_000;

registerScheme();
tellWhenReady(async () => {
  lockSession(appOrigin);
  servePage(join(import.meta.dirname, 'page'));
  const window = createWindow({
    preload: join(import.meta.dirname, 'preload.cjs'),
    url: `${appOrigin}/page.html`,
    boundsFile: join(app.getPath('userData'), 'window.json'),
  });
  const link = new EngineLink(
    new URL('./worker.mjs', import.meta.url),
    { profile: app.getPath('userData'), version: '0', seed: null, simulated: false, restoreFrom: null },
    {
      events: (batch) => publish(window.webContents, batch),
      log: () => undefined,
      died: (reason) => {
        throw new Error(`the worker died: ${reason}`);
      },
    },
  );
  const latest: Pick<Handlers, 'snapshot/latest'> = {
    'snapshot/latest': (args) => link.request('snapshot/latest', args),
  };
  serve(latest as Handlers, appOrigin, () => link.post({ type: 'taken' }));
  const inPage = (call: string) => window.webContents.executeJavaScript(call) as Promise<number>;
  await new Promise<void>((resolve) => window.webContents.once('did-finish-load', () => resolve()));
  await new Promise((resolve) => setTimeout(resolve, settleMs));

  const travel = async (kind: Trips['kind'], trips: number, batch = 1): Promise<number> => {
    await inPage('window.countLevels()');
    const result = (await link.request('app/start', { kind, trips, batch })) as unknown as Result<number>;
    if (!result.ok) throw new Error(result.failure.message);
    const levels = await inPage('window.countLevels()');
    if (levels !== (kind === 'empty' ? 0 : 1_500 * trips * batch)) throw new Error(`${levels} levels arrived`);
    return result.value;
  };
  const each = async (kind: Trips['kind'], trips: number) => (await travel(kind, trips)) / trips;
  const rate = async (kind: Trips['kind'], trips: number) =>
    (fullBatch * trips * 1_000) / (await travel(kind, trips, fullBatch));
  const round = async () => ({
    empty: await each('empty', 200),
    columns: await each('columns', 200),
    objects: await each('objects', 40),
    columnsRate: await rate('columns', 20),
    objectsRate: await rate('objects', 3),
    askedNothing: await inPage(`window.askOften('ETH', 200)`),
    askedSnapshot: await inPage(`window.askOften('BTC', 200)`),
  });

  await round();
  const measured: Awaited<ReturnType<typeof round>>[] = [];
  for (let i = 0; i < rounds; i++) measured.push(await round());
  const of = (name: keyof IpcReport) => measured.map((one) => one[name]);
  return {
    empty: of('empty'),
    columns: of('columns'),
    objects: of('objects'),
    columnsRate: of('columnsRate'),
    objectsRate: of('objectsRate'),
    askedNothing: of('askedNothing'),
    askedSnapshot: of('askedSnapshot'),
  } satisfies IpcReport;
});
