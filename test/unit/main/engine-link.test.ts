import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineLink } from '../../../src-main/engine-link.ts';

let folder: string;
let died: string[];
let logged: string[];
let death: Promise<void>;
let onDeath: () => void;

/** An engine whose behaviour is the given source text. */
function start(source: string): EngineLink {
  const script = join(folder, 'engine.mjs');
  writeFileSync(script, `import { parentPort, workerData } from 'node:worker_threads';\n${source}`);
  const listener = {
    events: () => undefined,
    log: (level: string, text: string) => void logged.push(`${level} ${text}`),
    died: (reason: string) => {
      died.push(reason);
      onDeath();
    },
  };
  return new EngineLink(
    pathToFileURL(script),
    { profile: folder, version: '1', seed: null, simulated: false, restoreFrom: null },
    listener,
  );
}

const answering = `parentPort.on('message', ({ type, id, name, args }) => {
  if (type === 'request' || type === 'job') parentPort.postMessage({ type: 'answer', id, result: { ok: true, value: [name, args, workerData.version] } });
  if (type === 'stop') { parentPort.postMessage({ type: 'stopped' }); }
});`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'halcyon-link-'));
  died = [];
  logged = [];
  death = new Promise((resolve) => (onDeath = resolve));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the main thread's link to the engine", () => {
  it('gives each request its own answer', async () => {
    const link = start(answering);
    const [first, second] = await Promise.all([link.request('app/start', null), link.request('market/choose', 'live')]);
    expect(first).toEqual({ ok: true, value: ['app/start', null, '1'] });
    expect(second).toEqual({ ok: true, value: ['market/choose', 'live', '1'] });
    await link.stop(5_000);
    expect(died).toEqual([]);
  });

  it('fails what waits when the engine dies, says so, and answers at once afterwards', async () => {
    const link = start(`parentPort.on('message', () => { throw new Error('planted') });`);
    const waiting = await link.request('app/start', null);
    expect(waiting).toMatchObject({ ok: false, failure: { kind: 'bug', message: 'The data engine stopped.' } });
    await death;
    expect(died).toEqual([expect.stringContaining('planted')]);
    expect(await link.request('app/start', null)).toMatchObject({ ok: false });
  });

  it('ends an engine that does not stop by itself', async () => {
    const link = start(`parentPort.on('message', () => undefined);`);
    await link.stop(50);
    expect(died).toEqual([]);
  });

  it('is stopped at once when the engine is gone', async () => {
    const link = start(`throw new Error('planted')`);
    await death;
    const tooLong = Symbol();
    const first = await Promise.race([
      link.stop(60_000),
      new Promise((resolve) => setTimeout(resolve, 1_000, tooLong)),
    ]);
    expect(first).not.toBe(tooLong);
  });

  it('asks for a job like for a request, and does not wait for ever for one', async () => {
    const link = start(answering);
    expect(await link.job('store/read-backup', { file: '/a' }, 5_000)).toEqual({
      ok: true,
      value: ['store/read-backup', { file: '/a' }, '1'],
    });
    await link.stop(5_000);
    const deaf = start(`parentPort.on('message', () => undefined);`);
    expect(await deaf.job('diagnostics/engine', null, 20)).toMatchObject({
      ok: false,
      failure: { kind: 'timeout', message: 'The data engine did not answer within 0.02 s.' },
    });
    await deaf.stop(20);
  });

  it('hands on the lines that the engine has for the log', async () => {
    const link = start(`parentPort.postMessage({ type: 'log', level: 'warning', text: 'slow disk' });${answering}`);
    await link.request('app/start', null);
    expect(logged).toEqual(['warning slow disk']);
    await link.stop(5_000);
  });

  it('calls it no fault of the engine when it was stopped', async () => {
    const link = start(`parentPort.on('message', () => undefined);`);
    const waiting = link.request('app/start', null);
    await link.stop(20);
    expect(await waiting).toMatchObject({ ok: false, failure: { kind: 'cancelled' } });
  });
});
