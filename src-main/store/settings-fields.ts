import { assetPattern, type Asset } from '../contract/market.ts';

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function oneOf<Value extends string>(values: readonly Value[], given: unknown, fallback: Value): Value {
  return values.find((value) => value === given) ?? fallback;
}

export const booleanOr = (given: unknown, fallback: boolean): boolean =>
  typeof given === 'boolean' ? given : fallback;

export const isAsset = (given: unknown): given is Asset => typeof given === 'string' && assetPattern.test(given);

export const isWithin = (given: unknown, [least, most]: readonly [number, number]): given is number =>
  typeof given === 'number' && given >= least && given <= most;

export const numberOr = (given: unknown, bounds: readonly [number, number], fallback: number): number =>
  isWithin(given, bounds) ? given : fallback;

/** The first of each key. */
export const uniqueBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] =>
  [...new Map([...items].reverse().map((item) => [keyOf(item), item])).values()].reverse();

const textName = /^[A-Za-z][A-Za-z0-9_.-]{0,59}$/;
const textLength = 200;
const mostTexts = 40;

/** Texts by name. One that is too long, or is no text, is dropped; so are those above the most there may be. */
export function textsFrom(given: unknown): Readonly<Record<string, string>> {
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    textName.test(entry[0]) && typeof entry[1] === 'string' && entry[1].length <= textLength;
  return Object.fromEntries(Object.entries(fieldsOf(given)).filter(isText).slice(0, mostTexts));
}

/** The URL without a trailing slash; the second, unencrypted protocol is for loopback only, so that no key leaves in clear. */
export function urlFrom(given: unknown, [secure, plain]: readonly [string, string]): string | null {
  if (typeof given !== 'string') return null;
  const text = given.trim().replace(/\/+$/, '');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') return null;
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === secure || (url.protocol === plain && isLoopback) ? text : null;
}
