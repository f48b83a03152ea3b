import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Simulation } from '../../../src-main/simulation.ts';

let folder: string;
let simulation: Simulation;
let death: Promise<string>;

/** A market whose thread runs the given source text. */
function simulate(source: string): Simulation {
  const script = join(folder, 'demo.mjs');
  writeFileSync(script, `import { parentPort } from 'node:worker_threads';\n${source}`);
  death = new Promise((resolve) => (simulation = new Simulation(pathToFileURL(script), {}, resolve)));
  return simulation;
}

const place = (name: string) => `${name}: { restUrl: 'http://${name}', streamUrl: 'ws://${name}' }`;
const ready = `parentPort.postMessage({
  type: 'ready', urls: { ${place('kingfisher')}, ${place('binance')} }, secrets: { kingfisher: { apiKey: 'kf' } },
});`;
const waiting = `parentPort.on('message', ({ type }) => type === 'stop' && parentPort.close());`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halcyon-simulation-'));
});
afterEach(() => {
  simulation.stop();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe('the simulated market', () => {
  it('is there when its servers say so', async () => {
    expect(await simulate(ready + waiting).start()).toMatchObject({
      urls: { kingfisher: { restUrl: 'http://kingfisher' }, binance: { streamUrl: 'ws://binance' } },
      secrets: { kingfisher: { apiKey: 'kf' } },
    });
  });

  it('fails with the reason when its servers do not come up', async () => {
    const failed = `parentPort.postMessage({ type: 'failed', message: 'no port' });`;
    await expect(simulate(failed + waiting).start()).rejects.toMatchObject({
      failure: { kind: 'bug', detail: 'no port' },
    });
    await expect(simulate(`throw new Error('planted')`).start()).rejects.toMatchObject({
      failure: { kind: 'bug', detail: 'Error: planted' },
    });
  });

  it('ends a start that is stopped as cancelled, and leaves no timer that would call it a fault', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const starting = simulate(waiting).start();
    expect(vi.getTimerCount()).toBe(1);
    simulation.stop();
    expect(vi.getTimerCount()).toBe(0);
    await expect(starting).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
  });

  it('ends the former start when it is started anew', async () => {
    const former = simulate(ready + waiting).start();
    const next = simulation.start();
    await expect(former).rejects.toMatchObject({ failure: { kind: 'cancelled' } });
    await expect(next).resolves.toMatchObject({ secrets: { kingfisher: { apiKey: 'kf' } } });
  });

  it('says that it died after it was ready, and can be started again', async () => {
    await simulate(`${ready} setTimeout(() => { throw new Error('planted'); }, 20);`).start();
    expect(await death).toBe('Error: planted');
    await expect(simulation.start()).resolves.toBeDefined();
  });
});
