import type { GarbageVariant } from './scenario.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const page =
  '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>\n';

/** The text of an answer with one thing wrong in it. `huge` is not made here: it does not fit in one text. */
export function spoil(body: unknown, variant: Exclude<GarbageVariant, 'huge'>): string {
  if (variant === 'html') return page;
  if (variant === 'empty') return '';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  if (variant === 'truncated') return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
  const copy = parseOrNull(text);
  if (variant === 'numbers-as-strings') return JSON.stringify(stringify(copy));
  if (variant === 'unknown-fields') return JSON.stringify(extend(copy));
  if (variant === 'wrong-type') return JSON.stringify(withoutRows(copy));
  const row = lastRow(copy);
  if (variant === 'negative') negate(row);
  if (variant === 'missing-field') removeFirst(row);
  if (variant === 'nan') return spoilNumber(row) ? JSON.stringify(copy).replace(nanMark, 'NaN') : 'NaN';
  return JSON.stringify(copy);
}

function parseOrNull(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRows = (value: Json): value is Json[] =>
  Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === 'object' && row !== null);

/** The first list of rows in a body, and what holds it. */
export function findRows(body: Json): { holder: { [name: string]: Json } | null; name: string; rows: Json[] } | null {
  if (isRows(body)) return { holder: null, name: '', rows: body };
  if (!isObject(body)) return null;
  for (const [name, value] of Object.entries(body)) {
    if (isRows(value)) return { holder: body, name, rows: value };
    if (isObject(value)) {
      const inner = findRows(value);
      if (inner) return inner;
    }
  }
  return null;
}

const isNumeric = (value: Json | undefined): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)));

/** The last row, or the innermost object where there are none. */
function lastRow(body: Json): Json {
  const found = findRows(body);
  if (found) return found.rows.at(-1)!;
  if (isObject(body)) {
    const inner = Object.values(body).find(isObject);
    if (inner) return lastRow(inner);
  }
  return body;
}

function removeFirst(row: Json): void {
  if (Array.isArray(row)) row.shift();
  else if (isObject(row)) {
    const first = Object.keys(row).find((name) => isNumeric(row[name])) ?? Object.keys(row)[0];
    if (first !== undefined) delete row[first];
  }
}

/** As JSON.stringify writes the mark that `spoilNumber` leaves. */
const nanMark = '"\\u0000NaN"';

function spoilNumber(row: Json): boolean {
  const fields = row as Record<string | number, Json>;
  const keys = Array.isArray(row) ? row.map((_, i) => i) : isObject(row) ? Object.keys(row) : [];
  const key = keys.find((name) => isNumeric(fields[name]));
  if (key === undefined) return false;
  fields[key] = '\u0000NaN';
  return true;
}

function negate(row: Json): void {
  const fields = row as Record<string | number, Json>;
  const keys = Array.isArray(row) ? row.map((_, i) => i) : isObject(row) ? Object.keys(row) : [];
  for (const key of keys) {
    const value = fields[key];
    if (/^(price|strike|exchange|percentage|.*time.*)$/.test(String(key))) continue;
    // A candle's row: prices and volumes are strings, times are numbers.
    if (Array.isArray(row) && typeof value === 'string' && isNumeric(value)) fields[key] = `-${value}`;
    else if (!Array.isArray(row) && typeof value === 'number') fields[key] = -Math.abs(value) || -1;
    else if (!Array.isArray(row) && typeof value === 'string' && isNumeric(value)) fields[key] = `-${value}`;
  }
}

function stringify(value: Json): Json {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(stringify);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, stringify(inner)]));
}

function extend(value: Json): Json {
  if (Array.isArray(value)) {
    const rows = value.map(extend);
    // A column of numbers is data: a word in it would be a wrong value, not a new field.
    if (value.every((item) => typeof item === 'number')) return rows;
    return isRows(value) ? rows : [...rows, 'undocumented', null];
  }
  if (!isObject(value)) return value;
  const known = Object.entries(value).map(([name, inner]): [string, Json] => [
    name,
    isObject(inner) || isRows(inner) ? extend(inner) : inner,
  ]);
  return { ...Object.fromEntries(known), undocumented: { version: 2, list: [1, 'two', null] } };
}

function withoutRows(body: Json): Json {
  const found = findRows(body);
  if (!found?.holder) return null;
  found.holder[found.name] = null;
  return body;
}

/** A body with its last row repeated until there are `count`, in pieces of some 64 KB; every price differs. */
export function* enlarge(body: unknown, count: number): Generator<string> {
  const copy = JSON.parse(JSON.stringify(body)) as Json;
  const found = findRows(copy);
  const rows = found?.rows ?? [];
  const row = rows.at(-1) ?? { undocumented: true };
  const mark = '"\\u0000rows"';
  let frame: string;
  if (found?.holder) {
    found.holder[found.name] = ['\u0000rows'];
    frame = JSON.stringify(copy);
  } else {
    frame = found ? `[${mark}]` : JSON.stringify({ ...(isObject(copy) ? copy : {}), rows: ['\u0000rows'] });
  }
  const cut = frame.indexOf(mark);
  yield frame.slice(0, cut);
  let piece = '';
  for (let i = 0; i < count; i++) {
    piece += (i === 0 ? '' : ',') + JSON.stringify(i < rows.length ? rows[i] : vary(row, i));
    if (piece.length > 65_536) {
      yield piece;
      piece = '';
    }
  }
  yield piece + frame.slice(cut + mark.length);
}

function vary(row: Json, i: number): Json {
  if (Array.isArray(row)) return [Number(row[0]) + i * 60_000, ...row.slice(1)];
  if (!isObject(row)) return row;
  const name = 'price' in row ? 'price' : 'strike' in row ? 'strike' : null;
  return name ? { ...row, [name]: Math.round((Number(row[name]) + i * 0.01) * 100) / 100 } : row;
}
