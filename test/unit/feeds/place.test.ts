import { describe, expect, it } from 'vitest';
import type { ProviderInfo } from '../../../src-main/contract/provider-status.ts';
import type { ProviderSettings } from '../../../src-main/contract/settings.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { livePlace, sourceUnder } from '../../../src-main/feeds/place.ts';

const info: ProviderInfo = {
  id: 'kingfisher',
  name: 'Kingfisher',
  summary: '',
  site: '',
  credential: [],
  environments: [
    {
      id: 'production',
      label: 'Production',
      restUrl: 'https://api.example.org/v1',
      streamUrl: 'wss://api.example.org/v1/stream',
    },
    {
      id: 'sandbox',
      label: 'Sandbox',
      restUrl: 'https://sandbox.example.org/v1',
      streamUrl: 'wss://sandbox.example.org/v1/stream',
    },
    { id: 'custom', label: 'Custom', restUrl: '', streamUrl: '' },
  ],
  options: [],
  limits: [],
  streamPath: '/stream',
  capabilities: [],
  assets: {},
  note: '',
};

const at = (environment: ProviderSettings['environment'], customUrl = '', customStreamUrl = ''): ProviderSettings => ({
  environment,
  customUrl,
  customStreamUrl,
  options: {},
});

describe('where a provider is asked', () => {
  it('gives each environment its own source, so that their data never mix', () => {
    expect(sourceKey(livePlace(info, at('production')).source)).toBe('kingfisher@production:api.example.org');
    expect(sourceKey(livePlace(info, at('sandbox')).source)).toBe('kingfisher@sandbox:sandbox.example.org');
    expect(sourceKey(livePlace(info, at('custom', 'http://127.0.0.1:8080/v1/')).source)).toBe(
      'kingfisher@custom:127.0.0.1:8080',
    );
    expect(sourceKey(sourceUnder(info, at('production'), 'simulated'))).toBe('kingfisher@simulated:');
  });

  it('derives the stream of a custom host and takes the one that is given', () => {
    expect(livePlace(info, at('custom', 'https://mine.example.org/v1')).streamUrl).toBe(
      'wss://mine.example.org/v1/stream',
    );
    expect(livePlace({ ...info, streamPath: '/market/ws' }, at('custom', 'https://mine.example.org')).streamUrl).toBe(
      'wss://mine.example.org/market/ws',
    );
    expect(livePlace(info, at('custom', 'https://mine.example.org', 'wss://s.example.org/ws')).streamUrl).toBe(
      'wss://s.example.org/ws',
    );
  });

  it.each([
    '',
    'nonsense',
    'http://example.org',
    'ftp://example.org',
    'https://user:pw@example.org',
    'https://e.org/?q=1',
  ])('refuses the custom URL "%s" with one sentence', (url) => {
    expect(() => livePlace(info, at('custom', url))).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ kind: 'bad-request' }) }),
    );
  });

  it('needs no valid URL while the market is simulated', () => {
    expect(sourceUnder(info, at('custom', 'nonsense'), 'simulated').environment).toBe('simulated');
  });
});
