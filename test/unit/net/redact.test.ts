import { expect, test } from 'vitest';
import { oneLine, redact, withoutSecrets } from '../../../src-main/net/redact.ts';

test('a given secret is masked wherever it stands, also when escaped for a URL or JSON', () => {
  expect(withoutSecrets('key kf/live+1"2 and kf%2Flive%2B1%222 and kf/live+1\\"2', ['kf/live+1"2'])).toBe(
    'key ••• and ••• and •••',
  );
});

test('a secret of a few characters is left alone, since it would be found inside ordinary numbers', () => {
  expect(withoutSecrets('{"price":67000}', ['7000'])).toBe('{"price":67000}');
});

test('what looks like a key is masked without being told', () => {
  expect(redact('Authorization: Bearer kf_live_123, X-Api-Key: abc, {"apiKey":"xyz"} token=q1w2')).toBe(
    'Authorization: Bearer •••, X-Api-Key: •••, {"apiKey":"•••"} token=•••',
  );
});

test("a provider's words become one line of bounded length without control characters", () => {
  expect(oneLine('a\n\tb\u0000\u202ec')).toBe('a b c');
  expect(oneLine('x'.repeat(500), 10)).toBe('xxxxxxxxx…');
});

test('half a character in a secret does not stop the masking of others', () => {
  expect(withoutSecrets('kf_live_123 \ud800abcdef', ['\ud800abcdef', 'kf_live_123'])).toBe('••• •••');
});

test('a long text that nearly looks like a header is looked through in a moment', { timeout: 5_000 }, () => {
  const text = 'x-'.repeat(120_000);
  expect(redact(text)).toBe(text);
});
