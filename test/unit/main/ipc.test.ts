import { beforeEach, describe, expect, it, vi } from 'vitest';
import { requestNames } from '../../../src-main/contract/channels.ts';
import { serve, type Handlers } from '../../../src-main/ipc.ts';
import { appOrigin } from '../../../src-main/page.ts';

type Listener = (...args: unknown[]) => unknown;
const channels = vi.hoisted(() => new Map<string, Listener>());
vi.mock('electron', () => ({
  ipcMain: {
    handle: (name: string, listener: Listener) => channels.set(name, listener),
    on: (name: string, listener: Listener) => channels.set(name, listener),
  },
  protocol: {},
  session: {},
}));

let called: string[];
let taken: number;
beforeEach(() => {
  channels.clear();
  called = [];
  taken = 0;
  const handlers = Object.fromEntries(
    requestNames.map((name) => [name, async () => (called.push(name), { ok: true, value: null })]),
  ) as unknown as Handlers;
  serve(handlers, appOrigin, () => (taken += 1));
});

const ours = { senderFrame: { url: `${appOrigin}/index.html`, parent: null } };
const ask = (event: unknown, name: unknown, args: unknown) =>
  channels.get('request')!(event, name, args) as Promise<unknown>;
const refusal = { ok: false, failure: { kind: 'bad-request' } };

describe('the main thread’s end of the bridge', () => {
  it.each(requestNames)('%s: garbage never reaches its handler', async (name) => {
    const garbage = [undefined, 0, 'x', [], [null], { surprise: true }, { __proto__: null, a: 1 }, () => 0, Number.NaN];
    for (const args of garbage) expect(await ask(ours, name, args)).toMatchObject(refusal);
    expect(called).toEqual([]);
  });

  it.each(['', 'shell/run', '__proto__', 'constructor', 'toString', null, 7, ['app/start'], { name: 'app/start' }])(
    'knows no request named %j',
    async (name) => {
      expect(await ask(ours, name, null)).toMatchObject(refusal);
      expect(called).toEqual([]);
    },
  );

  it.each([
    ['another scheme', { url: 'https://halcyon/index.html', parent: null }],
    ['another host of ours', { url: 'app://halcyon.evil.test/', parent: null }],
    ['a file', { url: 'file:///index.html', parent: null }],
    ['a blank page', { url: 'about:blank', parent: null }],
    ['a data page', { url: 'data:text/html,x', parent: null }],
    ['a user in the address', { url: 'app://halcyon@evil.test/', parent: null }],
    ['a frame inside our page', { url: `${appOrigin}/index.html`, parent: {} }],
    ['a frame that is gone', null],
    ['a frame without an address yet', { url: '', parent: null }],
    [
      'a frame that is disposed of',
      {
        get parent(): never {
          throw new Error('Render frame was disposed before WebFrameMain could be accessed');
        },
      },
    ],
  ])('answers nothing to %s', async (_, senderFrame) => {
    expect(await ask({ senderFrame }, 'app/start', null)).toMatchObject(refusal);
    channels.get('events-taken')!({ senderFrame });
    expect([called, taken]).toEqual([[], 0]);
  });

  it('answers its own page', async () => {
    expect(await ask(ours, 'app/start', null)).toEqual({ ok: true, value: null });
    channels.get('events-taken')!(ours);
    expect([called, taken, [...channels.keys()]]).toEqual([['app/start'], 1, ['request', 'events-taken']]);
  });
});
