import type { OrderFlow } from '../../contract/positioning.ts';
import { at, extraOf, isObject, member, Unreadable, type JsonObject } from '../parse.ts';
import { agreed, readRows } from '../parse/columns.ts';
import { anyNumber, orNaN, orNull, type NumberReader } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import { fieldReader, headOf, objectFor, plainFields, type Asked } from './head.ts';

/*
 * Inferred throughout: `/tof/{asset}` is named once, inside a sample program, and its answer nowhere. Read are a score
 * and a cumulative delta, each a number or an object around one, and a list of moments with both.
 */
const tofNames = ['tof', 'tof_score', 'score', 'order_flow'] as const;
const cvdNames = ['cvd', 'cvd_usd', 'cumulative_volume_delta', 'cumulative_delta'] as const;
const seriesNames = ['series', 'history', 'points', 'data'] as const;
const timeNames = ['timestamp', 'time', 't', 'ts'] as const;
const innerNames = ['value', 'score', 'current', 'usd', 'total'] as const;

export function readOrderFlow(payload: unknown, asked: Asked): OrderFlow {
  const object = objectFor(asked, payload, false);
  const used = new Set<string>(plainFields);
  const unknown: Record<string, unknown> = {};
  const has = (names: readonly string[]) => names.some((name) => object[name] !== undefined);
  if (!has(tofNames) && !has(cvdNames) && !has(seriesNames)) throw new Unreadable('is missing', '.tof');
  const tof = readScalar(object, tofNames, used, unknown);
  const cvdUsd = readScalar(object, cvdNames, used, unknown);
  const { times, tofSeries, cvdSeries } = readSeries(object, used, unknown);
  return {
    ...headOf('order-flow', asked, object, { extra: extraOf(object, used, unknown) }),
    basis: 'inferred',
    tof,
    cvdUsd,
    times,
    tofSeries,
    cvdSeries,
  };
}

function readScalar(
  object: JsonObject,
  names: readonly string[],
  used: Set<string>,
  unknown: Record<string, unknown>,
): number | null {
  const name = names.find((candidate) => object[candidate] !== undefined);
  if (name === undefined) return null;
  used.add(name);
  const value = object[name];
  return at(member(name), () => {
    if (!isObject(value)) return orNull(anyNumber)(value);
    const inner = new Set<string>();
    const number = fieldReader(value, inner)(innerNames, anyNumber);
    const more = extraOf(value, inner);
    if (more !== null) unknown[name] = JSON.parse(more);
    return number;
  });
}

function readSeries(object: JsonObject, used: Set<string>, unknown: Record<string, unknown>) {
  const name = seriesNames.find((candidate) => object[candidate] !== undefined && object[candidate] !== null);
  const none = { times: new Float64Array(0), tofSeries: new Float64Array(0), cvdSeries: new Float64Array(0) };
  if (name === undefined) return none;
  used.add(name);
  const list = object[name];
  return at(member(name), () => {
    // The names in the first row are taken for all: a row that has others misses a value and is refused or NaN.
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    const named = (names: readonly string[]): string =>
      (isObject(first) ? names.find((candidate) => first[candidate] !== undefined) : undefined) ?? names[0]!;
    const column = (names: readonly string[], read: NumberReader) => ({ field: named(names), read, join: agreed });
    const { columns, extra } = readRows(
      list,
      [column(timeNames, time), column(tofNames, orNaN(anyNumber)), column(cvdNames, orNaN(anyNumber))],
      name,
    );
    Object.assign(unknown, extra);
    const [times, tofSeries, cvdSeries] = columns as [Float64Array, Float64Array, Float64Array];
    return { times, tofSeries, cvdSeries };
  });
}
