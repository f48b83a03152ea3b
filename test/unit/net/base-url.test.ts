import { expect, test } from 'vitest';
import { readBaseUrl, readCustomUrls, streamUrlOf } from '../../../src-main/net/base-url.ts';

test.each([
  ['https://api.example.com/v1', 'https://api.example.com/v1'],
  ['  https://API.Example.com:443/v1///  ', 'https://api.example.com/v1'],
  ['https://api.example.com', 'https://api.example.com'],
  ['http://127.0.0.1:8080/v1/', 'http://127.0.0.1:8080/v1'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
  ['http://127.1/v1', 'http://127.0.0.1/v1'],
])('%s is kept as %s', (typed, kept) => {
  expect(readBaseUrl(typed)).toEqual({ ok: true, value: kept });
});

test.each([
  ['', 'Enter a base URL, for instance https://host/path.'],
  ['api.example.com', 'The base URL is not a web address: write it as https://host/path.'],
  ['ftp://api.example.com', 'The base URL must start with https://.'],
  ['javascript:alert(1)', 'The base URL must start with https://.'],
  [
    'http://api.example.com',
    'The base URL must start with https://: without encryption the key could be read on the way.',
  ],
  [
    'http://127.0.0.1.example.com',
    'The base URL must start with https://: without encryption the key could be read on the way.',
  ],
  [
    'http://localhost.example.com',
    'The base URL must start with https://: without encryption the key could be read on the way.',
  ],
  [
    'https://user:pw@api.example.com',
    'The base URL must not contain a user name or password: the key has its own field.',
  ],
  ['https://api.example.com/?key=1', 'The base URL must not contain a query or a fragment (? or #).'],
  ['https://api.example.com/#x', 'The base URL must not contain a query or a fragment (? or #).'],
])('%j is refused', (typed, message) => {
  const read = readBaseUrl(typed);
  expect(read.ok ? null : [read.failure.kind, read.failure.message]).toEqual(['bad-request', message]);
});

test('the stream is derived from the base URL by the path of the provider, or given', () => {
  expect(streamUrlOf('https://api.example.com/v1', '/stream')).toBe('wss://api.example.com/v1/stream');
  expect(readCustomUrls('http://127.0.0.1:9/v1', '', '/stream')).toMatchObject({
    value: { streamUrl: 'ws://127.0.0.1:9/v1/stream' },
  });
  expect(readCustomUrls('https://a.example', ' ', '/market/ws')).toMatchObject({
    value: { streamUrl: 'wss://a.example/market/ws' },
  });
  expect(readCustomUrls('https://a.example/v1', 'wss://b.example/s/', '/stream')).toEqual({
    ok: true,
    value: { restUrl: 'https://a.example/v1', streamUrl: 'wss://b.example/s' },
  });
  expect(readCustomUrls('https://a.example/v1', 'ws://b.example/s', '/stream').ok).toBe(false);
  expect(readCustomUrls('https://a.example/v1', 'https://b.example/s', '/stream').ok).toBe(false);
});
