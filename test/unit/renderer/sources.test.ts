import { describe, expect, test } from 'vitest';
import type { ProviderSettings, Settings } from '../../../src-main/contract/settings.ts';
import { modeBadge } from '../../../src-renderer/panels/mode-badges.ts';
import { foreignHosts } from '../../../src-renderer/state/sources.ts';
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
