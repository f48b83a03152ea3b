import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineKeeper } from '../../../src-main/engine-keeper.ts';

let folder: string;
let deaths: string[];
let starts: boolean[];
let keeper: EngineKeeper;
let now: number;

/** An engine that notes what it was started on; `source` is what else it does. */
function keep(source: string): EngineKeeper {
  const script = join(folder, 'engine.mjs');
  const notes = JSON.stringify(join(folder, 'notes'));
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
appendFileSync(${notes}, 'start ' + workerData.restoreFrom + '\\n');
parentPort.on('message', ({ type }) => {
  if (type === 'woke') throw new Error('planted');
  if (type !== 'stop') return;
  appendFileSync(${notes}, 'stop\\n');
  parentPort.postMessage({ type: 'stopped' });
});
${source}`,
  );
  keeper = new EngineKeeper({
    script: pathToFileURL(script),
    options: { profile: folder, version: '1', seed: null, simulated: false },
    listener: { events: () => undefined, log: () => undefined },
    started: (_link, again) => starts.push(again),
    died: (reason, isOver) => deaths.push(`${reason}${isOver ? ', for good' : ''}`),
    now: () => now,
  });
  return keeper;
}

const notes = () => readFileSync(join(folder, 'notes'), 'utf8').split('\n').filter(Boolean);
const until = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 10 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halcyon-keeper-'));
  appendFileSync(join(folder, 'notes'), '');
  [deaths, starts, now] = [[], [], 1_000_000];
});
afterEach(async () => {
  await keeper.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the engine’s keeper', () => {
  it('restores with the former engine stopped in order, and only that once', async () => {
    keep('');
    await until(() => expect(notes()).toHaveLength(1));
    await keeper.restore('/backups/one.db');
    await until(() => expect(notes()).toEqual(['start null', 'stop', 'start /backups/one.db']));
    expect(starts).toEqual([false, true]);
    keeper.link.post({ type: 'woke', why: 'resume' });
    await until(() => expect(notes()).toEqual(['start null', 'stop', 'start /backups/one.db', 'start null']));
    expect(deaths).toEqual(['Error: planted']);
  });

  it('starts a dead engine again, and gives up on one that keeps dying', async () => {
    keep(`throw new Error('broken');`);
    await until(() => expect(deaths).toHaveLength(4));
    expect(deaths.at(-1)).toBe('Error: broken, for good');
    expect(starts).toEqual([false, true, true, true]);
  });

  it('does not count deaths that lie long apart', async () => {
    keep('');
    for (let death = 1; death <= 5; death++) {
      const { link } = keeper;
      link.post({ type: 'woke', why: 'resume' });
      await until(() => expect(keeper.link).not.toBe(link));
      now += 61_000;
    }
    expect(deaths).toEqual(Array(5).fill('Error: planted'));
  });

  it('starts nothing any more once it was stopped', async () => {
    keep('');
    await until(() => expect(notes()).toHaveLength(1));
    const restoring = keeper.restore('/backups/one.db');
    await keeper.stop();
    await restoring;
    expect(starts).toEqual([false]);
  });
});
