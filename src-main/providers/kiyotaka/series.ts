import type { Asset, UnixMs } from '../../contract/market.ts';
import { unixMs } from '../../contract/market.ts';
import { at, isObject, Unreadable, type JsonObject } from '../parse.ts';
import { anyNumber } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { IntervalName } from './choices.ts';
import type { PointType } from './weight.ts';

/** What a series must be of. An id names the type, interval and coin; one that says otherwise is another answer. */
export interface Expected {
  readonly type: PointType;
  readonly interval: IntervalName;
  readonly coin: Asset;
  /** Whether the coin must be named; a sum over exchanges may come with less in its id (inferred). */
  readonly mustName: boolean;
}

export interface Series {
  readonly id: JsonObject;
  readonly object: JsonObject;
  /** `.series[0]`. */
  readonly path: string;
}

/** `{series: [{id, points | flat_points}]}`; no series at all is an answer, too. */
export function readSeries(payload: unknown, expected: Expected): readonly Series[] {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const list = payload['series'];
  if (list === undefined) throw new Unreadable('is missing', '.series');
  if (!Array.isArray(list)) throw new Unreadable('is not a list', '.series');
  if (list.length > mostSeries) {
    throw new Unreadable(`has ${list.length} series: more than Halcyon accepts (${mostSeries})`, '.series');
  }
  return list.map((object: unknown, index): Series => {
    const path = `.series[${index}]`;
    if (!isObject(object)) throw new Unreadable('is not an object', path);
    const { id } = object;
    if (!isObject(id)) throw new Unreadable('is missing or not an object', `${path}.id`);
    at(`${path}.id`, () => expectId(id, expected));
    return { id, object, path };
  });
}

/** One is right for a heatmap, two for volumes. */
const mostSeries = 1000;

function expectId(id: JsonObject, { type, interval, coin, mustName }: Expected): void {
  expectWord(id, 'type', type, false);
  expectWord(id, 'interval', interval, false);
  expectWord(id, 'coin', coin, mustName);
}

function expectWord(id: JsonObject, name: string, wanted: string, must: boolean): void {
  const value = id[name];
  if (value === undefined && !must) return;
  if (typeof value !== 'string') throw new Unreadable('is missing or not text', `.${name}`);
  if (value.toUpperCase() !== wanted) throw new Unreadable(`is not ${wanted}, which was asked for`, `.${name}`);
}

/** The inside of `{"Point": {…}}`. */
export function pointIn(value: unknown): JsonObject {
  if (!isObject(value)) throw new Unreadable('is not an object');
  const { Point: point } = value;
  if (!isObject(point)) throw new Unreadable('is missing or not an object', '.Point');
  return point;
}

/** `{s, ns?}`: seconds since the epoch, and the nanoseconds beyond them, which may be left out. */
export function stampOf(value: unknown): UnixMs {
  if (!isObject(value)) throw new Unreadable('is missing or not an object');
  const { s, ns } = value;
  const whole = at('.s', () => time(s));
  const nanoseconds = ns === undefined || ns === null ? 0 : at('.ns', () => anyNumber(ns));
  if (nanoseconds < 0 || nanoseconds >= 1e9) throw new Unreadable('is not a part of a second', '.ns');
  return unixMs(Math.floor(whole) + Math.floor(nanoseconds / 1e6));
}

/** Ascending by time; of what is told twice for one time the later telling stays. */
export function inOrder<Item extends { readonly time: number }>(items: readonly Item[]): readonly Item[] {
  const isSorted = items.every((item, index) => index === 0 || item.time > items[index - 1]!.time);
  if (isSorted) return items;
  return [...new Map(items.map((item) => [item.time, item])).values()].sort((a, b) => a.time - b.time);
}
