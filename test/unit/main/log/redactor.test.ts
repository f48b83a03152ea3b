import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { errorText } from '../../../../src-main/log/error-text.ts';
import { Log } from '../../../../src-main/log/log.ts';
import { Redactor } from '../../../../src-main/log/redactor.ts';
import { chosenSecret, issuedSecret, longestShared, writings } from './secret-shapes.ts';

/** A line as the file gets it. */
function lineOf(text: string, secrets: readonly string[]): string {
  const lines: string[] = [];
  new Log(
    new Redactor(() => secrets),
    () => unixMs(0),
    (line) => lines.push(line),
  ).add('error', 'main', text);
  return lines[0]!;
}

/** Words that surround a secret, without anything that would give it away as one. */
const plainSurroundings = fc.tuple(
  fc.constantFrom('', 'GET /v1/x failed ', 'TypeError: fetch ', '{"a":"', '[1,2] '),
  fc.constantFrom('', ' was sent', '","b":1}', '\nand more', ' ← Error: no'),
);

describe('a known secret', () => {
  it.each(Object.keys(writings))('survives in no line, written %s', (name) => {
    fc.assert(
      fc.property(fc.oneof(issuedSecret, chosenSecret), plainSurroundings, (secret, [before, after]) => {
        const written = writings[name]!(secret);
        const line = lineOf(`${before}${written}${after}`, ['another-secret-1', secret]);
        const inner = name.startsWith('base64') ? written.slice(8, -8) : written;
        // What the surroundings say anyway is no trace of it.
        const trace = before + after + 'error main 1970-01-01T00:00:00.000Z';
        if (longestShared(trace, inner) >= 8) return;
        expect(longestShared(line, inner)).toBeLessThan(8);
      }),
      { numRuns: 300 },
    );
  });

  it('survives in no line when it is cut off, or split over the causes of an error', () => {
    fc.assert(
      fc.property(issuedSecret, fc.double({ min: 0, max: 1, noNaN: true }), (secret, share) => {
        const at = Math.round(share * secret.length);
        const thrown = new Error(`the first half is ${secret.slice(0, at)}`, {
          cause: new AggregateError([new Error(`${secret.slice(at)} is the rest`)], 'more'),
        });
        const line = lineOf(errorText(thrown), [secret]);
        expect(line).toContain('AggregateError: more ← Error: ');
        expect(longestShared(line.slice(35), secret)).toBeLessThan(8);
      }),
    );
  });

  it('of any length is masked, down to six characters, and what stands around it stays', () => {
    expect(lineOf('it was "hunt3r" then', ['hunt3r'])).toBe('1970-01-01T00:00:00.000Z error main it was "•••" then');
    expect(lineOf('abc kf%5Flive%5f12345678 def', ['kf_live_12345678'])).toContain('main abc ••• def');
    expect(lineOf('{"price":67000.5}', ['67000'])).toContain('{"price":67000.5}');
  });

  it('is masked only while it is one: the next question is asked anew', () => {
    let secrets: readonly string[] = ['a-first-secret'];
    const redactor = new Redactor(() => secrets);
    expect(redactor.clean('a-first-secret another-one-2')).toBe('••• another-one-2');
    secrets = ['another-one-2'];
    expect(redactor.clean('a-first-secret another-one-2')).toBe('a-first-secret •••');
  });
});

describe('a secret nobody told of', () => {
  const places: Readonly<Record<string, (secret: string) => string>> = {
    authorization: (secret) => `Authorization: Bearer ${secret}`,
    'X-Api-Key': (secret) => `x-api-key: ${secret}, accept: */*`,
    'X-Kiyotaka-Key': (secret) => `headers X-Kiyotaka-Key=${secret}`,
    'a header in an object': (secret) => JSON.stringify({ headers: { 'X-Api-Key': secret } }),
    'a header in a text in an object': (secret) => JSON.stringify({ text: JSON.stringify({ authorization: secret }) }),
    token: (secret) => `GET https://a.test/x?asset=BTC&token=${secret}&limit=1`,
    api_key: (secret) => `wss://a.test/s?api_key=${secret}`,
    'an escaped query': (secret) => `url=https%3A%2F%2Fa.test%2F%3Fapi_key%3D${secret}`,
    'a field': (secret) => JSON.stringify({ action: 'auth', apiKey: secret }),
    'a cookie': (secret) => `set-cookie: sid=${secret}`,
    'a password': (secret) => `password=${secret}`,
    'an address': (secret) => `connect to https://demo:${secret}@a.test/v1 failed`,
    'beside a word': (secret) => `the key that was refused is ${secret}`,
  };

  it.each(Object.keys(places))('survives in no line: %s', (name) => {
    fc.assert(
      fc.property(issuedSecret, (secret) => {
        expect(longestShared(lineOf(places[name]!(secret), []).slice(35), secret)).toBeLessThan(8);
      }),
      { numRuns: 300 },
    );
  });

  it('is a token by its own shape, wherever it stands', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';
    expect(lineOf(`got ${token} back`, [])).toContain('main got ••• back');
    expect(lineOf(`got ${token.slice(0, 24)}`, [])).toContain('main got •••');
  });

  it.each([
    'Kingfisher refused the key: API key is invalid or expired.',
    'GET /v1/liquidations/BTC?exchange=all&timeframe=1D 200 in 120 ms',
    'kingfisher live since 2026-02-01T12:00:00.000Z: Kingfisher streams.',
    'The database /home/user/.config/Halcyon/halcyon.db could not be read.',
    'binance production fapi.binance.com polling, key none, last answer never: all is well',
  ])('takes nothing from: %s', (text) => {
    expect(lineOf(text, [])).toBe(`1970-01-01T00:00:00.000Z error main ${text}`);
  });

  it('is looked for in time that grows with the text, not faster', () => {
    const redactor = new Redactor(() => ['kf_live_0123456789abcdef']);
    for (const text of ['key'.repeat(80_000), 'x-'.repeat(120_000), '\\'.repeat(240_000), '%41'.repeat(80_000)]) {
      const started = performance.now();
      redactor.clean(text);
      expect(performance.now() - started, text.slice(0, 6)).toBeLessThan(3_000);
    }
  });
});
