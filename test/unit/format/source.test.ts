import { expect, it } from 'vitest';
import type { Environment, Source } from '../../../src-main/contract/source.ts';
import { sourceBadge, sourceLabel } from '../../../src-renderer/format/source.ts';

const at = (environment: Environment, host = ''): Source => ({ provider: 'kingfisher', environment, host });

it('names a production source by its provider alone', () => {
  expect(sourceLabel(at('production', 'api.example.com'))).toBe('Kingfisher');
  expect(sourceBadge(at('production'))).toBeNull();
});

it('marks every other source', () => {
  expect(sourceLabel(at('simulated'))).toBe('Kingfisher · SIMULATED');
  expect(sourceLabel(at('sandbox', 'sandbox.example.com'))).toBe('Kingfisher · SANDBOX');
  expect(sourceBadge(at('simulated'))).toBe('SIMULATED');
  expect(sourceBadge(at('sandbox'))).toBe('SANDBOX');
});

it('names the host of a custom source', () => {
  expect(sourceLabel(at('custom', '127.0.0.1:8080'))).toBe('Kingfisher · 127.0.0.1:8080');
  expect(sourceLabel({ ...at('custom'), provider: 'binance' })).toBe('Binance · CUSTOM');
  expect(sourceBadge(at('custom', '127.0.0.1:8080'))).toBe('CUSTOM');
});
