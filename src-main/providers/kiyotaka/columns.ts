import { unixMs, type UnixMs } from '../../contract/market.ts';
import { at, Unreadable, type JsonObject } from '../parse.ts';
import { time } from '../parse/times.ts';
import { levelCount, readLevels, type Levels } from './levels.ts';
import { inOrder, pointIn, stampOf, type Series } from './series.ts';

/** The levels of one moment. */
export interface Column extends Levels {
  readonly time: UnixMs;
  /** Fields of the point that we do not know. */
  readonly unknown: JsonObject;
}

/** Twice as many as one request may bring by their document. More, each perhaps without a level, would only eat memory. */
const mostColumns = 10_000;
const none: JsonObject = {};

/** The columns of a heatmap's series, ascending, in whichever of the two shapes it came. */
export function readColumns({ object, path }: Series): readonly Column[] {
  const { flat_points, points } = object;
  const columns =
    flat_points === undefined
      ? at(`${path}.points`, () => readPoints(points))
      : at(`${path}.flat_points`, () => readFlatPoints(flat_points));
  return inOrder(columns);
}

/** `[{Point: {timestamp, levels: [price, amount, …]}}]` */
function readPoints(list: unknown): Column[] {
  const points = listOf(list);
  if (points.length > mostColumns) throw tooMany();
  return points.map((value, index) =>
    at(`[${index}]`, () => {
      const { timestamp, levels, ...unknown } = pointIn(value);
      const moment = at('.Point.timestamp', () => stampOf(timestamp));
      return { time: moment, ...at('.Point.levels', () => readPairs(levels)), unknown };
    }),
  );
}

function readPairs(value: unknown): Levels {
  const pairs = listOf(value);
  if (pairs.length % 2 !== 0) throw new Unreadable('ends with a price without an amount');
  return readLevels(pairs, 0, pairs.length / 2);
}

/** `[count, time in MICROseconds, price, amount, …]`, the next column right behind. */
function readFlatPoints(value: unknown): Column[] {
  const list = listOf(value);
  const columns: Column[] = [];
  for (let index = 0; index < list.length;) {
    if (columns.length === mostColumns) throw tooMany();
    const start = index;
    const count = at(`[${start}]`, () => levelCount(list[start]));
    const end = start + 2 + 2 * count;
    if (end > list.length) {
      throw new Unreadable(`announces ${count} levels and the list ends before them`, `[${start}]`);
    }
    const moment = at(`[${start + 1}]`, () => unixMs(Math.floor(time(list[start + 1]))));
    columns.push({ time: moment, ...readLevels(list, start + 2, count), unknown: none });
    index = end;
  }
  return columns;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) throw new Unreadable('is missing');
  if (!Array.isArray(value)) throw new Unreadable('is not a list');
  return value;
}

const tooMany = (): Unreadable => new Unreadable(`has more columns than Halcyon accepts (${mostColumns})`);
