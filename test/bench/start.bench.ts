import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchFile, builtFolder, bundleScripts } from './electron/bundle.ts';
import { withOwnRuntime } from './electron/own-runtime.ts';
import { start, withProfile } from './electron/run.ts';
import { median, milliseconds } from './row.ts';
import type { BenchRow } from './row.ts';
import { proportionalBytes } from './start/memory.ts';

const rounds = 5;
/** From the first picture until memory is read: start-up's garbage is gone, and the market has ticked. */
const settleMs = 5_000;
/** In the warm-up: time for the feeds to fill the cache that later starts show. */
const fillMs = 8_000;
const app = fileURLToPath(new URL('../../out/main/index.js', import.meta.url));

interface Start {
  readonly paintedMs: number;
  readonly bytes: number;
}

/** U1 and U2: the built app on the simulated market with one chart, against a window with one word. */
export async function rows(): Promise<BenchRow[]> {
  const [bare, ours] = [builtFolder('bare'), builtFolder('app')];
  await bundleScripts(bare, { main: benchFile('start/bare.ts') });
  await bundleScripts(ours, { main: benchFile('start/app.ts') });
  mkdirSync(bare, { recursive: true });
  copyFileSync(benchFile('start/bare.html'), join(bare, 'bare.html'));
  return withOwnRuntime(() => withProfile((profile) => compare(bare, ours, profile)));
}

async function compare(bare: string, ours: string, profile: string): Promise<BenchRow[]> {
  const first = await measure(ours, profile, fillMs);
  const bares: Start[] = [];
  const apps: Start[] = [];
  for (let round = 0; round < rounds; round++) {
    bares.push(await withProfile((fresh) => measure(bare, fresh, settleMs)));
    apps.push(await measure(ours, profile, settleMs));
  }
  const ratio = (value: (start: Start) => number) => median(apps.map((start, i) => value(start) / value(bares[i]!)));
  const painted = (starts: readonly Start[]) => milliseconds(starts.map(({ paintedMs }) => paintedMs));
  const megabytes = (starts: readonly Start[]) => `${(median(starts.map(({ bytes }) => bytes)) / 1e6).toFixed(0)} MB`;
  return [
    {
      id: 'U1',
      what: 'chart painted, from the cache / bare Electron first paint',
      ratio: ratio(({ paintedMs }) => paintedMs),
      bar: '≤ 1.6',
      detail: `${painted(apps)} / ${painted(bares)}; on a new profile ${painted([first])}`,
    },
    {
      id: 'U2',
      what: 'PSS with one chart, simulated market included / bare Electron',
      ratio: ratio(({ bytes }) => bytes || NaN),
      bar: '≤ 1.5',
      detail: `${megabytes(apps)} / ${megabytes(bares)}`,
    },
  ];
}

async function measure(folder: string, profile: string, waitMs: number): Promise<Start> {
  const running = start(folder, profile, { HALCYON_BENCH_APP: app });
  try {
    const paintedAt = (await running.report) as number;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return { paintedMs: paintedAt - running.startedAt, bytes: proportionalBytes(running.child.pid ?? 0) };
  } finally {
    await running.end();
  }
}
