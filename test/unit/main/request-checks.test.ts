import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestNames, type RequestName } from '../../../src-main/contract/channels.ts';
import { mostWatched } from '../../../src-main/contract/settings.ts';
import { checkArgs } from '../../../src-main/request-checks.ts';
import { settingsFrom } from '../../../src-main/store/settings-shape.ts';

const wanted = {
  assets: ['BTC'],
  visible: ['BTC'],
  focus: { asset: 'BTC', timeframe: '15m' },
  snapshots: [{ provider: 'deribit', kind: 'gex', scope: 'focus' }],
  volumes: ['kaiko'],
  liquidations: true,
};
const plan = {
  providers: { kingfisher: { amounts: { day: 500, burst: null }, reserve: 10, hours: 8 } },
  intervals: { 'liquidation-map': 900_000 },
  pins: [{ provider: 'kingfisher', kind: 'gex', asset: 'BTC' }],
};
const retention = {
  maxAgeDays: 30,
  maxBytes: 5_000_000_000,
  pinned: [{ asset: null, from: 0, to: 3_600_000, label: 'the crash' }],
};

const valid: { readonly [Name in RequestName]: unknown } = {
  'app/start': null,
  'settings/change': {
    theme: 'light',
    focus: { asset: 'BTC', timeframe: '1D' },
    confluence: { shown: true, tolerancePercent: 0.1 },
    plan,
  },
  'market/choose': 'live',
  'workspace/want': wanted,
  'candles/read': { asset: 'BTC', timeframe: '1m', before: 1_700_000_000_000, limit: 500 },
  'snapshot/latest': { provider: 'bybit', asset: 'BTC', kind: 'gex' },
  'snapshot/refresh': { provider: 'kingfisher', asset: '1000PEPE', kind: 'order-flow' },
  'snapshot/at': { provider: 'kingfisher-legacy', asset: 'BTC', at: 1_700_000_000_000 },
  'volumes/read': { provider: 'kaiko', asset: 'BTC', from: 0, to: 1_700_000_000_000 },
  'liquidations/read': { asset: 'BTC', from: 0, to: 1_700_000_000_000, limit: 500 },
  'history/plan': { provider: 'kaiko', kind: 'liquidation-volumes', asset: 'BTC', from: 0, to: 3_600_000 },
  'history/start': { provider: 'kiyotaka', kind: 'liquidation-profile', asset: 'BTC', from: 0, to: 3_600_000 },
  'history/stop': { id: 1 },
  'history/forget': { id: 1 },
  'provider/configure': {
    provider: 'kingfisher',
    settings: {
      environment: 'custom',
      customUrl: 'https://example.org/v1',
      customStreamUrl: '',
      options: { type: 'all_leverage' },
    },
  },
  'provider/test': {
    provider: 'kingfisher',
    settings: { environment: 'sandbox', customUrl: '', customStreamUrl: '', options: { type: 'all_leverage' } },
    secret: { key: 'abc' },
  },
  'provider/retry': { provider: 'binance' },
  'credential/keep': { provider: 'kingfisher', secret: { key: 'abc' }, sessionOnly: false },
  'credential/remove': { provider: 'kingfisher' },
  'plan/forecast': { wanted, plan },
  'connections/read': { provider: 'kingfisher', before: 100, limit: 200 },
  'diagnostics/copy': null,
  'rejected/export': null,
  'store/state': null,
  'retention/preview': retention,
  'retention/apply': retention,
  'store/backup': null,
  'store/restore': null,
  'store/check': null,
  'app/open-link': 'tradingview',
};

const withOverride = (change: object) => ({
  ...plan,
  providers: { kingfisher: { ...plan.providers.kingfisher, ...change } },
});

describe('what the renderer may send', () => {
  it.each(requestNames)('%s: takes a valid argument as it is', (name) => {
    expect(checkArgs(name, valid[name])).toEqual({ ok: true, value: valid[name] });
  });

  it.each(requestNames)('%s: refuses anything else with a bad-request and never throws', (name) => {
    fc.assert(
      fc.property(fc.anything(), (args) => {
        const checked = checkArgs(name, args);
        if (!checked.ok) expect(checked.failure.kind).toBe('bad-request');
      }),
    );
    expect(checkArgs(name, { surprise: true }).ok).toBe(false);
  });

  it.each([
    ['candles/read', { asset: '../etc', timeframe: '1m', before: null, limit: 5 }, 'asset'],
    ['candles/read', { asset: 'BTC', timeframe: '2m', before: null, limit: 5 }, 'timeframe'],
    ['candles/read', { asset: 'BTC', timeframe: '1m', before: Number.NaN, limit: 5 }, 'before'],
    ['candles/read', { asset: 'BTC', timeframe: '1m', before: null, limit: 1e9 }, 'limit'],
    ['settings/change', { confluence: { shown: true, tolerancePercent: 0 } }, 'confluence.tolerancePercent'],
    ['settings/change', { watchlist: [] }, 'watchlist'],
    ['workspace/want', { ...wanted, visible: undefined }, 'visible'],
    ['workspace/want', { ...wanted, visible: ['btc'] }, 'visible.0'],
    ['settings/change', { plan: { ...plan, intervals: { gex: 9_999 } } }, 'plan.intervals.gex'],
    ['settings/change', { plan: { ...plan, intervals: { gex: 86_400_001 } } }, 'plan.intervals.gex'],
    ['settings/change', { plan: { ...plan, intervals: { candles: 60_000 } } }, 'plan.intervals'],
    ['settings/change', { plan: { ...plan, pins: Array(201).fill(plan.pins[0]) } }, 'plan.pins'],
    ['plan/forecast', { wanted: null, plan: withOverride({ reserve: -1 }) }, 'plan.providers.kingfisher.reserve'],
    ['plan/forecast', { wanted: null, plan: withOverride({ reserve: 1e6 + 1 }) }, 'plan.providers.kingfisher.reserve'],
    ['plan/forecast', { wanted: null, plan: withOverride({ hours: 0.4 }) }, 'plan.providers.kingfisher.hours'],
    ['plan/forecast', { wanted: null, plan: withOverride({ hours: 25 }) }, 'plan.providers.kingfisher.hours'],
    ['plan/forecast', { wanted: null, plan: withOverride({ amounts: { day: 1.5 } }) }, 'amounts.day'],
    ['plan/forecast', { wanted: null, plan: withOverride({ amounts: { '../day': 1 } }) }, 'amounts'],
    ['plan/forecast', { wanted: null }, 'plan'],
    ['connections/read', { provider: null, before: null, limit: 1_001 }, 'limit'],
    ['connections/read', { provider: null, before: -1, limit: 1 }, 'before'],
    ['retention/preview', { ...retention, maxAgeDays: 0 }, 'maxAgeDays'],
    ['retention/apply', { ...retention, maxBytes: 10 }, 'maxBytes'],
    ['retention/apply', { ...retention, pinned: [{ asset: null, from: 5, to: 5, label: '' }] }, 'pinned.0'],
    ['retention/apply', { ...retention, pinned: Array(201).fill(retention.pinned[0]) }, 'pinned'],
    ['credential/keep', { provider: 'evil', secret: { key: 'x' }, sessionOnly: false }, 'provider'],
  ] as const)('%s names the bad field of %j', (name, args, field) => {
    const checked = checkArgs(name, args);
    expect(checked.ok ? '' : checked.failure.message).toContain(field);
  });

  it.each(requestNames)('%s: refuses every other shape, a field too many and a field too few', (name) => {
    const given = valid[name];
    const empty = {};
    const shapes = [
      undefined,
      null,
      0,
      -1,
      Number.NaN,
      '',
      'x',
      true,
      [],
      [given],
      empty,
      () => given,
      Symbol('x'),
      1n,
    ];
    for (const shape of shapes) {
      const isTheValid = shape === given || (name === 'settings/change' && shape === empty);
      expect(checkArgs(name, shape).ok, String(shape)).toBe(isTheValid);
    }
    if (typeof given !== 'object' || given === null) return;
    expect(checkArgs(name, { ...given, surprise: 1 }).ok).toBe(false);
    expect(checkArgs(name, { ...given, ['__proto__']: { admin: true } }).ok).toBe(false);
    for (const field of Object.keys(given)) {
      const { [field]: _, ...rest } = given as Record<string, unknown>;
      expect(checkArgs(name, rest).ok, `without ${field}`).toBe(name === 'settings/change');
    }
  });

  it('takes as long a watchlist as is stored, and no longer', () => {
    const watchlist = (length: number) => ({ watchlist: Array.from({ length }, (_, index) => `A${index}`) });
    expect(checkArgs('settings/change', watchlist(mostWatched)).ok).toBe(true);
    expect(settingsFrom(watchlist(mostWatched)).watchlist).toHaveLength(mostWatched);
    expect(checkArgs('settings/change', watchlist(mostWatched + 1)).ok).toBe(false);
  });

  it('cannot change the market, the providers or what is deleted through settings/change', () => {
    expect(checkArgs('settings/change', { market: 'live' }).ok).toBe(false);
    expect(checkArgs('settings/change', { providers: {} }).ok).toBe(false);
    expect(checkArgs('settings/change', { retention }).ok).toBe(false);
  });

  it('never repeats a value in its message, because it may be a key', () => {
    const checked = checkArgs('credential/keep', {
      provider: 'kingfisher',
      secret: { key: 7 },
      sessionOnly: 'sk-secret',
    });
    expect(JSON.stringify(checked)).not.toContain('sk-secret');
  });
});
