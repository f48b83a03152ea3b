import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import { ConnectionLog, mostLines, pageLines } from '../../../src-renderer/state/connections.svelte.ts';
import { answer, lineOf } from './connection-samples.ts';
import { FakeBridge } from './fake-bridge.ts';

let newest = 0;
let end: (() => void) | null = null;
beforeEach(() => {
  vi.useFakeTimers();
  newest = 250;
});
afterEach(() => {
  end?.();
  end = null;
  vi.useRealTimers();
});

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

async function follow(bridge = new FakeBridge({ 'connections/read': (question) => answer(question, newest) })) {
  const log = new ConnectionLog(connect(bridge));
  end = log.follow();
  await settled();
  const ids = () => log.lines.map(({ id }) => id);
  return { bridge, log, ids, reads: () => bridge.argsOf('connections/read').length };
}

describe('the request log', () => {
  test('is read when it is followed, the newest first', async () => {
    const { log, ids, bridge } = await follow();
    expect(bridge.argsOf('connections/read')).toEqual([{ provider: null, before: null, limit: 100 }]);
    expect([ids()[0], ids().at(-1), ids().length]).toEqual([250, 151, 100]);
    expect(log.hasOlder).toBe(true);
  });

  test('is read again at most once a second, and never loses the last change', async () => {
    const { bridge, ids, reads } = await follow();
    for (let burst = 0; burst < 40; burst += 1) {
      newest += 1;
      bridge.send('requests/changed', { newest });
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(reads()).toBe(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(reads()).toBe(2);
    expect(ids()[0]).toBe(290);
    newest += 1;
    bridge.send('requests/changed', { newest });
    await vi.advanceTimersByTimeAsync(999);
    expect(reads()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(reads()).toBe(3);
    expect(ids()[0]).toBe(291);
  });

  test('follows the streams’ counts without any request, every five seconds', async () => {
    const { reads } = await follow();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(reads()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(reads()).toBe(2);
  });

  test('asks nothing more once it is not followed', async () => {
    const { bridge, reads } = await follow();
    bridge.send('requests/changed', { newest: 251 });
    end?.();
    end = null;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(reads()).toBe(1);
    expect(bridge.listenerCount).toBe(0);
  });

  test('pages to its first line by id, each line once, in order', async () => {
    const { log, ids, bridge } = await follow();
    await log.older();
    newest = 260;
    bridge.send('requests/changed', { newest });
    await vi.advanceTimersByTimeAsync(1_000);
    await log.older();
    expect(ids()).toEqual(Array.from({ length: 260 }, (_, index) => 260 - index));
    expect(log.hasOlder).toBe(false);
    expect(bridge.argsOf('connections/read').map(({ before }) => before)).toEqual([null, 151, null, 51]);
  });

  test('leaves no hole: where more came than one page, it begins anew', async () => {
    const { log, ids, bridge } = await follow();
    newest = 1_000;
    bridge.send('requests/changed', { newest });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([ids()[0], ids().at(-1), ids().length]).toEqual([1_000, 901, 100]);
    expect(log.hasOlder).toBe(true);
  });

  test('holds no more than two thousand lines, however much comes', async () => {
    newest = 5_000;
    const { log, ids, bridge } = await follow();
    for (let page = 1; page < 20; page += 1) await log.older();
    expect(ids().length).toBe(mostLines);
    for (let more = 0; more < 10; more += 1) {
      newest += 50;
      bridge.send('requests/changed', { newest });
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect([ids()[0], ids().length]).toEqual([5_500, 2_000]);
    expect(new Set(ids()).size).toBe(2_000);
  });

  test('shows one provider’s alone, and drops what was asked of the others', async () => {
    const { log, ids, bridge } = await follow();
    const waiting: (() => void)[] = [];
    bridge.handlers['connections/read'] = (question) =>
      new Promise((resolve) => waiting.push(() => resolve(answer(question, newest))));
    bridge.send('requests/changed', { newest });
    await vi.advanceTimersByTimeAsync(1_000);
    log.choose('kingfisher');
    expect([log.isRead, ids()]).toEqual([false, []]);
    for (const let_ of waiting) let_();
    await settled();
    expect(bridge.argsOf('connections/read').at(-1)).toEqual({
      provider: 'kingfisher',
      before: null,
      limit: pageLines,
    });
    expect(ids()).toEqual(Array.from({ length: 100 }, (_, index) => 250 - index * 2));
  });

  test('keeps what it has when it cannot be read, and says why', async () => {
    const { log, ids, bridge } = await follow();
    bridge.handlers['connections/read'] = () => {
      throw new FailureError(failure('store', 'The database is locked.'));
    };
    bridge.send('requests/changed', { newest });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([log.failure?.message, ids().length]).toEqual(['The database is locked.', 100]);
    bridge.handlers['connections/read'] = (question) => answer(question, newest);
    log.changed();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log.failure).toBeNull();
  });
});

test('a line that is told anew replaces the former one', async () => {
  const { log, bridge } = await follow();
  bridge.handlers['connections/read'] = () => ({
    requests: [lineOf(250, { status: 429, failureKind: 'rate-limited' })],
    streams: [],
    rejected: 0,
    replacedEvents: 0,
  });
  bridge.send('requests/changed', { newest });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(log.lines.filter(({ id }) => id === 250).map(({ status }) => status)).toEqual([429]);
  expect(log.lines.length).toBe(100);
});
