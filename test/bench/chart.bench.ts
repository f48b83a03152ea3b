import { join } from 'node:path';
import { benchFile, builtFolder, bundlePage, bundleScripts } from './electron/bundle.ts';
import { reportOf } from './electron/run.ts';
import type { Measured } from './chart/measure.ts';
import type { BenchRow } from './row.ts';

const bars: Readonly<Record<Measured['id'], string>> = { L1: '≤ 1.8', L2: '≥ 4', T1: '≥ 20', T2: '≤ 3' };

/** L1, L2, T1 and T2: the real chart session in the runtime, each against its peer in turn. */
export async function rows(): Promise<BenchRow[]> {
  const folder = builtFolder('chart');
  const page = join(folder, 'page');
  await bundlePage(page, benchFile('chart/measure.html'));
  await bundleScripts(folder, { main: benchFile('chart/main.ts') });
  const measured = await reportOf<Measured[]>(folder, { HALCYON_BENCH_PAGE: page });
  return measured.map(({ id, what, ratio, numeratorMs, denominatorMs }) => ({
    id,
    what,
    ratio,
    bar: bars[id],
    detail: `${numeratorMs.toPrecision(3)} / ${denominatorMs.toPrecision(3)} ms`,
  }));
}
