import { join } from 'node:path';
import { benchFile, builtFolder, bundlePage, bundleScripts } from './electron/bundle.ts';
import { reportOf } from './electron/run.ts';
import { fullBatch } from './ipc/plan.ts';
import type { IpcReport } from './ipc/plan.ts';
import { median, milliseconds } from './row.ts';
import type { BenchRow } from './row.ts';

/** I1 and I2: snapshots of 1,500 levels on the app's own way from the engine's thread to the page and back. */
export async function rows(): Promise<BenchRow[]> {
  const folder = builtFolder('ipc');
  await bundlePage(join(folder, 'page'), benchFile('ipc/page.html'));
  await bundleScripts(folder, { main: benchFile('ipc/main.ts'), worker: benchFile('ipc/worker.ts') });
  await bundleScripts(folder, { preload: benchFile('../../src-main/preload.ts') }, 'cjs');
  const report = await reportOf<IpcReport>(folder);
  const { empty, columns, objects, columnsRate, objectsRate, askedNothing, askedSnapshot } = report;
  return [
    {
      id: 'I1',
      what: 'snapshot round trip worker → page → worker / empty one',
      ratio: median(columns.map((value, i) => value / empty[i]!)),
      bar: '≤ 2.5',
      detail:
        `${milliseconds(columns)} / ${milliseconds(empty)}; as objects ${milliseconds(objects)}; ` +
        `asked by the page ${milliseconds(askedSnapshot)} / ${milliseconds(askedNothing)}`,
    },
    {
      id: 'I2',
      what: `snapshots per second, columns / arrays of objects, ${fullBatch} a batch`,
      ratio: median(columnsRate.map((value, i) => value / objectsRate[i]!)),
      bar: '≥ 8',
      detail: `${median(columnsRate).toFixed(0)} / ${median(objectsRate).toFixed(0)} a second`,
    },
  ];
}
