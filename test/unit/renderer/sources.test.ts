import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { ProviderSettings, Settings } from '../../../src-main/contract/settings.ts';
import { modeBadge } from '../../../src-renderer/panels/mode-badges.ts';
import { effectiveMarket, foreignHosts, isInUse, sourceChange } from '../../../src-renderer/state/sources.ts';
import { settingsOf } from './samples.ts';

const at = (environment: ProviderSettings['environment']): ProviderSettings => ({
  environment,
  customUrl: '',
  customStreamUrl: '',
  options: {},
});
const live = (kingfisher: ProviderSettings['environment'], binance: ProviderSettings['environment']): Settings =>
  settingsOf({
    market: 'live',
    providers: { ...defaultSettings.providers, kingfisher: at(kingfisher), binance: at(binance) },
  });
const badgeOf = (settings: Settings): string => modeBadge('live', foreignHosts(settings, 'live')).text;

describe('the mode badge', () => {
  test('says plain LIVE only while every source is at its production host', () => {
    expect(badgeOf(live('production', 'production'))).toBe('LIVE');
    expect(badgeOf(live('sandbox', 'production'))).toBe('LIVE · SANDBOX');
    expect(badgeOf(live('production', 'custom'))).toBe('LIVE · CUSTOM');
    expect(badgeOf(live('custom', 'custom'))).toBe('LIVE · CUSTOM');
    expect(badgeOf(live('sandbox', 'custom'))).toBe('LIVE · SANDBOX + CUSTOM');
  });

  test('names other hosts while offline, too, and carries the shape of what is not production', () => {
    expect(modeBadge('offline', ['custom'])).toMatchObject({ text: 'OFFLINE · CUSTOM', shape: 'cross' });
    expect(modeBadge('live', ['sandbox'])).toMatchObject({ shape: 'diamond', tone: 'simulated' });
    expect(modeBadge('live', [])).toMatchObject({ shape: 'disc', tone: 'good' });
  });

  test('says SIMULATED in the simulated market, whatever hosts are chosen for live data', () => {
    const settings = { ...live('sandbox', 'custom'), market: 'simulated' as const };
    expect(modeBadge('simulated', foreignHosts(settings, 'simulated')).text).toBe('SIMULATED');
  });
});

describe('a source in use', () => {
  const settings = (customUrl: string): Settings =>
    settingsOf({
      market: 'live',
      providers: {
        ...defaultSettings.providers,
        kingfisher: { environment: 'custom', customUrl, customStreamUrl: '', options: {} },
      },
    });
  const custom = { provider: 'kingfisher', environment: 'custom', host: '127.0.0.1:8080' } as const;

  test('is at the custom host of now: a late answer of the former one is not shown', () => {
    expect(isInUse(custom, settings('http://127.0.0.1:8080/v1'), 'live')).toBe(true);
    expect(isInUse(custom, settings('http://127.0.0.1:9090/v1'), 'live')).toBe(false);
    expect(isInUse(custom, settings('nonsense'), 'live')).toBe(false);
  });
});

describe('a change of sources', () => {
  const before = { settings: live('production', 'production'), market: 'live' as const };
  const withOptions = (options: Readonly<Record<string, string>>): Settings => ({
    ...before.settings,
    providers: { ...before.settings.providers, kiyotaka: { ...at('production'), options } },
  });

  test('is another market or another host: then everything is of something else', () => {
    expect(sourceChange(before, { ...before, market: 'simulated' }).all).toBe(true);
    expect(sourceChange(before, { ...before, settings: live('sandbox', 'production') }).all).toBe(true);
    expect(sourceChange(before, { ...before, settings: { ...before.settings, theme: 'light' } })).toEqual({
      all: false,
      providers: [],
    });
  });

  test('of one provider’s options leaves the others alone, and the order of options is none', () => {
    expect(sourceChange(before, { ...before, settings: withOptions({ unit: 'coin' }) })).toEqual({
      all: false,
      providers: ['kiyotaka'],
    });
    const [one, two] = [withOptions({ a: '1', b: '2' }), withOptions({ b: '2', a: '1' })];
    expect(sourceChange({ ...before, settings: one }, { ...before, settings: two }).providers).toEqual([]);
  });
});

test('the market is the chosen one, and what main told where main chooses', () => {
  const told = { effective: 'simulated', reason: 'Nothing could be reached.' } as const;
  expect(effectiveMarket(settingsOf({ market: 'auto' }), told)).toBe('simulated');
  expect(effectiveMarket(settingsOf({ market: 'live' }), told)).toBe('live');
  expect(
    isInUse({ provider: 'bybit', environment: 'simulated', host: '' }, settingsOf({ market: 'auto' }), 'live'),
  ).toBe(false);
});

test('the badge of a simulated market that was not chosen says why', () => {
  expect(modeBadge('simulated', [], 'No venue could be reached.').title).toContain('No venue could be reached.');
});
