import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, readBaseUrl, readStreamUrl } from '../../../src-main/net/base-url.ts';

const isKept = (typed: string): boolean => readBaseUrl(typed).ok;

describe('an address without encryption', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1:8080/v1',
    'http://127.255.255.254/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]:3000/',
    'http://localhost/',
    'http://LOCALHOST:3000/',
    'http://１２７.0.0.1/',
  ])('is kept on this computer: %s', (typed) => expect(isKept(typed)).toBe(true));

  it.each([
    'http://127.0.0.1.example.com/',
    'http://127.0.0.1.nip.io/',
    'http://localhost.example.com/',
    'http://localhost./',
    'http://localhost.localdomain/',
    'http://sub.localhost/',
    'http://notlocalhost/',
    'http://localhost@example.com/',
    'http://127.0.0.1@example.com/',
    'http://example.com\\@127.0.0.1/',
    'http://example.com#@127.0.0.1/',
    'http://127.0.0.1#@example.com/',
    'http://example.com:80@127.0.0.1/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::1%25lo]/',
    'http://[fe80::1]/',
    'http://2130706434.example.com/',
    'http://3232235777/',
    'http://0xc0a80101/',
    'http://192.168.1.1/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest',
    'http://126.255.255.255/',
    'http://128.0.0.1/',
    'http://①②⑦.example.com/',
    'HTTP://EXAMPLE.COM/',
    'http:example.com',
    'http:/example.com',
    'http:\\\\example.com',
    'ht\ntp://example.com/',
    '//example.com/',
  ])('is refused elsewhere: %j', (typed) => expect(isKept(typed)).toBe(false));

  it('is never kept unless the very host that is kept is this computer', () => {
    const part = fc.constantFrom(
      '127.0.0.1',
      'localhost',
      'example.com',
      '@',
      ':',
      '/',
      '\\',
      '#',
      '?',
      '.',
      '[::1]',
      '%40',
      '1',
      'x',
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        for (const [read, plain] of [
          [readBaseUrl, 'http:'],
          [readStreamUrl, 'ws:'],
        ] as const) {
          const kept = read(`${plain}//${parts.join('')}`);
          if (!kept.ok) continue;
          const url = new URL(kept.value);
          expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', '']);
          expect(url.protocol !== plain || isLoopback(url.hostname)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
