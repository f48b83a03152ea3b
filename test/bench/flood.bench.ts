import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { providerIds } from '../../src-main/contract/source.ts';
import { fixedClock } from '../../src-main/demo/clock.ts';
import { eliteKey, startServers, type Servers } from '../e2e/servers.ts';
import { benchFile, builtFolder, bundleScripts } from './electron/bundle.ts';
import { withOwnRuntime } from './electron/own-runtime.ts';
import { start, withProfile } from './electron/run.ts';
import { pageOf, type Page } from './flood/page.ts';
import type { BenchRow } from './row.ts';
import { proportionalBytes } from './start/memory.ts';

const seconds = Number(process.env['HALCYON_FLOOD_SECONDS'] ?? 60);
const perSecond = 5_000;
const beatMs = 20;
/** Before memory is read: start-up's and the flood's garbage is gone. */
const settleMs = 10_000;
/** A flood before the measured one: code is compiled, buffers have grown. */
const warmUpSeconds = 5;
const levels = 1_000;
const patienceMs = 30_000;
const app = fileURLToPath(new URL('../../out/main/index.js', import.meta.url));

/** R2: what memory the whole app takes after a flood of one-level pushes, and whether each level's last state is shown. */
export async function rows(): Promise<BenchRow[]> {
  const folder = builtFolder('flood');
  await bundleScripts(folder, { main: benchFile('flood/app.ts') });
  const servers = await startServers({ clock: fixedClock(Date.now()) });
  try {
    return [await withOwnRuntime(() => withProfile((profile) => measure(folder, profile, servers)))];
  } finally {
    await servers.close();
  }
}

async function measure(folder: string, profile: string, servers: Servers): Promise<BenchRow> {
  const running = start(folder, profile, { HALCYON_BENCH_APP: app });
  try {
    await running.report;
    const page = pageOf(running.child);
    const flood = new Flood(servers);
    await useServers(page, servers);
    await flood.untilShown(page);
    await flood.run(warmUpSeconds);
    await flood.untilShown(page);
    await wait(settleMs);
    const before = proportionalBytes(running.child.pid ?? 0);
    const sent = await flood.run(seconds);
    await flood.untilShown(page);
    await wait(settleMs);
    const after = proportionalBytes(running.child.pid ?? 0);
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
    return {
      id: 'R2',
      what: `PSS after ${seconds} s of ${perSecond.toLocaleString('en')} pushes a second / before`,
      ratio: after / before || NaN,
      bar: '≤ 1.1',
      detail: `${megabytes(after)} MB / ${megabytes(before)} MB; ${sent} pushes, all ${levels} levels right at the end`,
    };
  } finally {
    await running.end();
  }
}

async function useServers(page: Page, { settings }: Servers): Promise<void> {
  for (const id of providerIds) await page.request('provider/configure', { provider: id, settings: settings[id] });
  const secret = { apiKey: eliteKey };
  await page.request('credential/keep', { provider: 'kingfisher', secret, sessionOnly: true });
  await page.request('market/choose', 'live');
}

/** What the server knows of each level, REST and pushes alike. */
class Flood {
  readonly #servers: Servers;
  readonly #longs = new Map(Array.from({ length: levels }, (_, level) => [50_000 + 10 * level, level + 1]));
  #next = 0;

  constructor(servers: Servers) {
    this.#servers = servers;
    servers.kingfisher.override('liquidations', () => ({
      body: { asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: 55_000, clusters: this.#clusters() },
    }));
  }

  /** Returns how many were sent. */
  async run(forSeconds: number): Promise<number> {
    const began = performance.now();
    let sent = 0;
    for (let now = began; now < began + forSeconds * 1000; now = performance.now()) {
      for (const due = ((now - began) / 1000) * perSecond; sent < due; sent++) this.#push();
      await wait(beatMs);
    }
    return sent;
  }

  /** Throws when the page does not come to know the last state of every level. */
  async untilShown(page: Page): Promise<void> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const map = await page.request('snapshot/latest', {
        provider: 'kingfisher',
        asset: 'BTC',
        kind: 'liquidation-map',
      });
      const wrong = map?.kind === 'liquidation-map' ? this.#wrong([...map.prices], [...map.longs]) : levels;
      if (wrong === 0) return;
      if (performance.now() > end) throw new Error(`${wrong} of ${levels} levels do not have their last state`);
      await wait(200);
    }
  }

  #wrong(prices: readonly number[], longs: readonly number[]): number {
    const shown = new Map(prices.map((price, row) => [price, longs[row]]));
    return [...this.#longs].filter(([price, long]) => shown.get(price) !== long).length;
  }

  #push(): void {
    const price = 50_000 + 10 * ((this.#next * 7) % levels);
    this.#longs.set(price, ++this.#next + 0.25);
    const clusters = [{ price, long_liquidations: this.#longs.get(price), short_liquidations: 0 }];
    const data = { timestamp: new Date().toISOString(), clusters };
    this.#servers.kingfisher.push({ channel: 'liquidations', asset: 'BTC', data });
  }

  #clusters(): object[] {
    const timestamp = new Date().toISOString();
    return [...this.#longs].map(([price, long]) => ({
      ...{ price, long_liquidations: long, short_liquidations: 0, timestamp },
    }));
  }
}
