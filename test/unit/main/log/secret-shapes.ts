import fc from 'fast-check';

const digits = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const of = (letters: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });
const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

/** API keys, hashes, base64 with its signs, UUIDs, tokens: what providers hand out. */
export const issuedSecret: fc.Arbitrary<string> = fc.oneof(
  of(digits, 20, 64).filter((text) => /\d/.test(text)),
  of(`${digits}_-`, 20, 40).map((text) => `kf_live_${text}7`),
  of('0123456789abcdef', 32, 64).filter((text) => /\d/.test(text)),
  fc.uint8Array({ minLength: 32, maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('base64url') + '1'),
  fc.uuid(),
  fc
    .tuple(of(digits, 6, 20), of(digits, 20, 43))
    .map(
      ([sub, signature]) => `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, exp: 1_900_000_000 })}.${signature}`,
    ),
);

/** What people think of: any characters, blanks and quotes included. */
export const chosenSecret: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 60 }),
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }),
  )
  .filter((text) => !/\p{Cs}/u.test(text) && text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim().length >= 8);

const everyByte = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const everyUnit = (text: string) =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
const jsonInner = (text: string) => JSON.stringify(text).slice(1, -1);

/** Ways in which a program writes a text down. */
export const writings: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  'for a URL': encodeURIComponent,
  'for a form': (secret) => new URLSearchParams({ v: secret }).toString().slice(2),
  'every byte for a URL': everyByte,
  'in JSON': jsonInner,
  'in JSON in JSON': (secret) => jsonInner(jsonInner(secret)),
  'in JSON in a URL': (secret) => encodeURIComponent(jsonInner(secret)),
  'every character in JSON': everyUnit,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 behind a name': (secret) => Buffer.from(`demo:${secret}`).toString('base64'),
  'base64 between others': (secret) => Buffer.from(`{"k":"${secret}","l":1}`).toString('base64'),
  'base64 for a URL': (secret) => Buffer.from(`x${secret}`).toString('base64url'),
  'base64 in a URL': (secret) => encodeURIComponent(Buffer.from(secret).toString('base64')),
  hexadecimal: (secret) => Buffer.from(secret).toString('hex'),
  'capital hexadecimal': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
};

/** Longest run of characters that the two texts share. */
export function longestShared(text: string, secret: string): number {
  let longest = 0;
  for (let at = 0; at < secret.length; at++) {
    while (at + longest < secret.length && text.includes(secret.slice(at, at + longest + 1))) longest++;
  }
  return longest;
}
