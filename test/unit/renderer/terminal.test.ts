// @vitest-environment happy-dom
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { gexOf, instrumentOf, mapOf, quoteOf, sampleNow, seriesOf, settingsOf, startOf } from './samples.ts';

let end: (() => void) | null = null;
afterEach(() => {
  end?.();
  end = null;
});

function open(handlers: Handlers = {}, start = startOf()): { bridge: FakeBridge; terminal: Terminal } {
  let settings: Settings = start.settings;
  const bridge = new FakeBridge({
    'app/start': () => ({ ...start, settings, quotes: [], snapshots: [] }),
    'settings/change': (patch) => (settings = { ...settings, ...patch }),
    'market/choose': (market) => (settings = { ...settings, market }),
    'workspace/want': () => null,
    'candles/read': ({ asset, timeframe, limit }) => seriesOf(asset, timeframe, limit),
    'liquidations/read': () => [],
    ...handlers,
  });
  const terminal = new Terminal(connect(bridge), start, () => sampleNow);
  end = terminal.run();
  flushSync();
  return { bridge, terminal };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  flushSync();
};

test('what is on screen is wanted, and the flow kinds only while the Flow tab is open', async () => {
  const { bridge, terminal } = open();
  terminal.layout.chooseTab('flow');
  await settled();
  terminal.layout.toggle('inspector');
  await settled();
  const kinds = bridge.argsOf('workspace/want').map(({ snapshots }) => snapshots.map(({ kind }) => kind));
  expect(kinds).toEqual([
    ['liquidation-map', 'gex'],
    ['liquidation-map', 'gex', 'open-interest', 'funding-rates', 'market-depth', 'order-flow'],
    ['liquidation-map', 'gex'],
  ]);
});

test('another focus is wanted and its candles are read; the same focus asks nothing again', async () => {
  const { bridge, terminal } = open();
  terminal.focus('ETH');
  await settled();
  bridge.send('settings/changed', { ...terminal.settings });
  await settled();
  expect(bridge.argsOf('workspace/want').map(({ focus }) => focus.asset)).toEqual(['BTC', 'ETH']);
  expect(bridge.argsOf('candles/read').map(({ asset }) => asset)).toEqual(['BTC', 'ETH']);
});

test('the cached state is there before anything is asked', () => {
  const { terminal } = open();
  expect(terminal.quotes.of('SOL')?.price).toBe(168.42);
  expect(terminal.snapshots.of('ETH', 'liquidation-map', 'kingfisher')?.asset).toBe('ETH');
  expect(terminal.mode).toBe('simulated');
});

test('leaving the simulated market takes every simulated number away, and late ones are not let in', async () => {
  const { bridge, terminal } = open();
  await terminal.chooseMarket('live');
  bridge.send('quote/changed', quoteOf('BTC'));
  bridge.send('snapshot/changed', mapOf('BTC'));
  await settled();
  expect(terminal.quotes.of('BTC')).toBeNull();
  expect(terminal.snapshots.of('BTC', 'liquidation-map', 'kingfisher')).toBeNull();
  bridge.send('quote/changed', quoteOf('BTC', { instrument: instrumentOf('BTC', 'production'), price: 70_000 }));
  expect(terminal.quotes.of('BTC')?.price).toBe(70_000);
});

test('ticks of a source that is not in use do not reach the chart', () => {
  const { bridge, terminal } = open();
  const seen: number[] = [];
  const stop = terminal.onTick((tick) => seen.push(tick.candle.close));
  const candle = {
    openTime: sampleNow,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume: 1,
    takerBuyVolume: 1,
    closed: false,
  };
  const tick = { timeframe: '15m' as const, receivedAt: sampleNow, candle };
  bridge.send('candles/tick', { ...tick, instrument: instrumentOf('BTC', 'production') });
  bridge.send('candles/tick', { ...tick, instrument: instrumentOf('BTC') });
  stop();
  bridge.send('candles/tick', { ...tick, instrument: instrumentOf('BTC') });
  expect(seen).toEqual([1]);
});

test('trouble is kept for its asset and kind beside the last good data, and goes when it is over', () => {
  const { bridge, terminal } = open();
  const bad = failure('server', 'Kingfisher had an error.');
  bridge.send('snapshot/trouble', {
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'gex',
    failure: bad,
    missedSince: null,
    at: sampleNow,
  });
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')).toEqual(bad);
  expect(terminal.snapshots.troubleOf('BTC', 'liquidation-map', 'kingfisher')).toBeNull();
  expect(terminal.snapshots.troubleOf('ETH', 'gex', 'kingfisher')).toBeNull();
  expect(terminal.snapshots.of('BTC', 'gex', 'kingfisher')?.asset).toBe('BTC');
  bridge.send('snapshot/trouble', {
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'gex',
    failure: null,
    missedSince: null,
    at: sampleNow,
  });
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')).toBeNull();
});

test('a refresh that fails becomes trouble; one that succeeds ends it', async () => {
  let isDown = true;
  const newer = gexOf('BTC', { at: sampleNow + 60_000 });
  const { terminal } = open({
    'snapshot/refresh': () => {
      if (isDown) throw new FailureError(failure('timeout', 'Kingfisher did not answer.'));
      return newer;
    },
  });
  await terminal.refresh('gex', 'kingfisher');
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')?.message).toBe('Kingfisher did not answer.');
  isDown = false;
  await terminal.refresh('gex', 'kingfisher');
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')).toBeNull();
  expect(terminal.snapshots.of('BTC', 'gex', 'kingfisher')).toBe(newer);
});

test('what main sends last is shown, even where a clock that was ahead dated the former one later', () => {
  const { bridge, terminal } = open();
  bridge.send('snapshot/changed', mapOf('BTC', { at: sampleNow + 86_400_000 }));
  const next = mapOf('BTC');
  bridge.send('snapshot/changed', next);
  expect(terminal.snapshots.of('BTC', 'liquidation-map', 'kingfisher')).toBe(next);
});

test.each([
  ['fails', () => Promise.reject(new FailureError(failure('offline', 'Kingfisher cannot be reached.')))],
  ['brings a snapshot', () => Promise.resolve(gexOf('BTC'))],
])('a refresh that outlives a change of market and %s leaves nothing behind', async (_, answer) => {
  let goOn = (): void => undefined;
  const { terminal } = open({
    'snapshot/refresh': async () => {
      await new Promise<void>((resolve) => (goOn = resolve));
      return answer();
    },
  });
  const refreshed = terminal.refresh('gex', 'kingfisher');
  await settled();
  expect(terminal.snapshots.isRefreshing('BTC', 'gex', 'kingfisher')).toBe(true);
  await terminal.chooseMarket('live');
  await terminal.chooseMarket('simulated');
  expect(terminal.snapshots.isRefreshing('BTC', 'gex', 'kingfisher')).toBe(false);
  goOn();
  await refreshed;
  await settled();
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')).toBeNull();
  expect(terminal.snapshots.of('BTC', 'gex', 'kingfisher')).toBeNull();
});

test('a refresh answered from a source that is not in use is not shown', async () => {
  const { terminal } = open({ 'snapshot/refresh': () => gexOf('BTC', { environment: 'production' }) });
  await terminal.refresh('gex', 'kingfisher');
  expect(terminal.snapshots.of('BTC', 'gex', 'kingfisher')?.source.environment).toBe('simulated');
});

test('a call that was called off is no trouble', async () => {
  const off = failure('cancelled', 'The sources were changed.');
  const { bridge, terminal } = open({
    'snapshot/refresh': () => {
      throw new FailureError(off);
    },
  });
  await terminal.refresh('gex', 'kingfisher');
  bridge.send('snapshot/trouble', {
    provider: 'kingfisher',
    asset: 'BTC',
    kind: 'liquidation-map',
    failure: off,
    missedSince: null,
    at: sampleNow,
  });
  expect(terminal.snapshots.troubleOf('BTC', 'gex', 'kingfisher')).toBeNull();
  expect(terminal.snapshots.troubleOf('BTC', 'liquidation-map', 'kingfisher')).toBeNull();
});

test('a change is seen at once, and a flood of changes is sent as two requests', async () => {
  const { bridge, terminal } = open();
  for (let step = 1; step <= 50; step += 1)
    terminal.change({ confluence: { shown: true, tolerancePercent: step / 100 } });
  expect(terminal.settings.confluence.tolerancePercent).toBe(0.5);
  await settled();
  expect(bridge.argsOf('settings/change').map((patch) => patch.confluence?.tolerancePercent)).toEqual([0.01, 0.5]);
});

test('a change that main refuses is taken back and said', async () => {
  const { terminal } = open({
    'settings/change': () => {
      throw new FailureError(failure('store', 'The settings could not be saved.'));
    },
  });
  terminal.change({ theme: 'light' });
  await settled();
  expect(terminal.settings.theme).toBe('dark');
  expect(terminal.notices.list.map(({ text }) => text)).toEqual(['The settings could not be saved.']);
});

test('notices: the same id replaces, resolved removes, errors come first', () => {
  const { bridge, terminal } = open();
  const notice = { id: 'a', level: 'info' as const, text: 'one', at: sampleNow, resolved: false };
  bridge.send('notice/changed', notice);
  bridge.send('notice/changed', { ...notice, text: 'two' });
  bridge.send('notice/changed', { ...notice, id: 'b', level: 'error', text: 'bad' });
  expect(terminal.notices.list.map(({ text }) => text)).toEqual(['bad', 'two']);
  bridge.send('notice/changed', { ...notice, id: 'b', resolved: true });
  expect(terminal.notices.list.map(({ text }) => text)).toEqual(['two']);
});

test('on a narrow window at most one drawer is open, and the remembered layout is left alone', () => {
  const { terminal } = open({}, startOf({ settings: settingsOf() }));
  terminal.layout.setNarrow(true);
  expect(terminal.layout.isOpen('watchlist')).toBe(false);
  terminal.layout.toggle('watchlist');
  terminal.layout.toggle('inspector');
  expect([terminal.layout.isOpen('watchlist'), terminal.layout.isOpen('inspector')]).toEqual([false, true]);
  expect(terminal.settings.layout).toMatchObject({ watchlist: true, inspector: true });
});

test('after the end of the window nothing listens any more', () => {
  const { bridge } = open();
  expect(bridge.listenerCount).toBeGreaterThan(0);
  end?.();
  end = null;
  expect(bridge.listenerCount).toBe(0);
});

test('a source that repeats an older time is not taken for newer', () => {
  const { bridge, terminal } = open();
  bridge.send('quote/changed', quoteOf('BTC', { price: 1, time: unixMs(sampleNow - 5) }));
  expect(terminal.quotes.of('BTC')?.price).toBe(67_012.3);
});
