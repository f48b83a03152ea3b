import { describe, expect, test } from 'vitest';
import type { ProviderSettings, Settings } from '../../../src-main/contract/settings.ts';
import { modeBadge } from '../../../src-renderer/panels/mode-badges.ts';
import { foreignHosts, isInUse } from '../../../src-renderer/state/sources.ts';
import { settingsOf } from './samples.ts';

const at = (environment: ProviderSettings['environment']): ProviderSettings => ({
  environment,
  customUrl: '',
  customStreamUrl: '',
});
const live = (kingfisher: ProviderSettings['environment'], binance: ProviderSettings['environment']): Settings =>
  settingsOf({ market: 'live', providers: { kingfisher: at(kingfisher), binance: at(binance) } });
const badgeOf = (settings: Settings): string => modeBadge('live', foreignHosts(settings)).text;

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
    expect(modeBadge('simulated', foreignHosts(settings)).text).toBe('SIMULATED');
  });
});

describe('a source in use', () => {
  const settings = (customUrl: string): Settings =>
    settingsOf({
      market: 'live',
      providers: { kingfisher: { environment: 'custom', customUrl, customStreamUrl: '' }, binance: at('production') },
    });
  const custom = { provider: 'kingfisher', environment: 'custom', host: '127.0.0.1:8080' } as const;

  test('is at the custom host of now: a late answer of the former one is not shown', () => {
    expect(isInUse(custom, settings('http://127.0.0.1:8080/v1'))).toBe(true);
    expect(isInUse(custom, settings('http://127.0.0.1:9090/v1'))).toBe(false);
    expect(isInUse(custom, settings('nonsense'))).toBe(false);
  });
});
