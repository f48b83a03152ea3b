import { viewsOf } from './views.ts';

/** Fewer characters of a secret in a row tell nothing; a shorter secret is looked for whole. */
const pieceLength = 8;
/** A shorter one would be found inside ordinary numbers and words. */
const shortest = 6;
const mask = '•••';
const tableSize = 65_536;

/**
 * Finds secrets in a text however they are written there: as they are, escaped for a URL or JSON (also both, and in one
 * another), in hexadecimal, in base64 at any offset, cut off, or in pieces of eight characters and more.
 */
export class KnownSecrets {
  readonly #pieces = new Map<number, Set<string>>();
  /** Rules out nearly every place of a text without making a string of it. */
  readonly #table = new Uint8Array(tableSize);
  readonly isEmpty: boolean;

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) for (const form of formsOf(secret)) this.#add(form);
    this.isEmpty = this.#pieces.size === 0;
  }

  mask(text: string): string {
    if (this.isEmpty) return text;
    const hidden = new Uint8Array(text.length);
    let found = false;
    for (const { text: view, places } of viewsOf(text)) {
      for (const [length, pieces] of this.#pieces) {
        for (let at = 0; at + length <= view.length; at++) {
          if (this.#table[fingerprint(view, at, length)] === 0 || !pieces.has(view.slice(at, at + length))) continue;
          found = true;
          hidden.fill(1, places ? places.from[at] : at, places ? places.to[at + length - 1] : at + length);
        }
      }
    }
    return found ? withoutHidden(text, hidden) : text;
  }

  #add(form: string): void {
    const length = Math.min(form.length, pieceLength);
    const pieces = this.#pieces.get(length) ?? new Set<string>();
    this.#pieces.set(length, pieces);
    for (let at = 0; at + length <= form.length; at++) {
      pieces.add(form.slice(at, at + length));
      this.#table[fingerprint(form, at, length)] = 1;
    }
  }
}

const fingerprint = (text: string, at: number, length: number): number =>
  (text.charCodeAt(at) * 31 + text.charCodeAt(at + (length >> 1)) * 131 + text.charCodeAt(at + length - 1) * 7) %
  tableSize;

function formsOf(secret: string): readonly string[] {
  const flat = secret.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  if (flat.length < shortest) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => {
    const digits = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and the last digits share bits with what stands beside.
    return digits.slice(offset === 0 ? 0 : offset + 1, bytes.length % 3 === 0 && offset === 0 ? undefined : -1);
  });
  const url = base64.map((digits) => digits.replaceAll('+', '-').replaceAll('/', '_'));
  const texts = [secret, flat, flat.replaceAll(' ', '+'), hex, hex.toUpperCase(), ...base64, ...url];
  return [...new Set(texts)].filter((form) => form.length >= shortest);
}

function withoutHidden(text: string, hidden: Uint8Array): string {
  let clean = '';
  let at = 0;
  while (at < text.length) {
    const start = hidden.indexOf(1, at);
    if (start < 0) return clean + text.slice(at);
    const end = hidden.indexOf(0, start);
    clean += `${text.slice(at, start)}${mask}`;
    at = end < 0 ? text.length : end;
  }
  return clean;
}
