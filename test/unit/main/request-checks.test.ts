import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestNames, type RequestName } from '../../../src-main/contract/channels.ts';
import { mostWatched } from '../../../src-main/contract/settings.ts';
import { checkArgs } from '../../../src-main/request-checks.ts';
import { settingsFrom } from '../../../src-main/store/settings-shape.ts';

const valid: { readonly [Name in RequestName]: unknown } = {
  'app/start': null,
  'settings/change': {
    theme: 'light',
    focus: { asset: 'BTC', timeframe: '1D' },
    confluence: { shown: true, tolerancePercent: 0.1 },
  },
  'market/choose': 'live',
  'workspace/want': {
    assets: ['BTC'],
    focus: { asset: 'BTC', timeframe: '15m' },
    snapshots: [{ provider: 'deribit', kind: 'gex', scope: 'focus' }],
    volumes: ['kaiko'],
    liquidations: true,
  },
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
  'app/open-link': 'tradingview',
};

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
    ['credential/keep', { provider: 'evil', secret: { key: 'x' }, sessionOnly: false }, 'provider'],
  ] as const)('%s names the bad field of %j', (name, args, field) => {
    const checked = checkArgs(name, args);
    expect(checked.ok ? '' : checked.failure.message).toContain(field);
  });

  it('takes as long a watchlist as is stored, and no longer', () => {
    const watchlist = (length: number) => ({ watchlist: Array.from({ length }, (_, index) => `A${index}`) });
    expect(checkArgs('settings/change', watchlist(mostWatched)).ok).toBe(true);
    expect(settingsFrom(watchlist(mostWatched)).watchlist).toHaveLength(mostWatched);
    expect(checkArgs('settings/change', watchlist(mostWatched + 1)).ok).toBe(false);
  });

  it('cannot change the market or the providers through settings/change', () => {
    expect(checkArgs('settings/change', { market: 'live' }).ok).toBe(false);
    expect(checkArgs('settings/change', { providers: {} }).ok).toBe(false);
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
