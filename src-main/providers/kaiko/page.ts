import type { ExchangeVolumes } from '../../contract/liquidation.ts';
import type { UnixMs } from '../../contract/market.ts';
import { at, isObject, Unreadable, type JsonObject } from '../parse.ts';
import { time } from '../parse/times.ts';
import { wordsOf } from './errors.ts';
import { intervals } from './options.ts';
import type { Range } from './range.ts';
import { readRow, type Row } from './sums.ts';

/** One page: columns of equal length, ascending by time, each interval once. */
export interface Page {
  readonly times: Float64Array;
  readonly longs: Float64Array;
  readonly shorts: Float64Array;
  readonly longTrades: Float64Array;
  readonly shortTrades: Float64Array;
  readonly breaches: Float64Array;
  readonly exchanges: readonly ExchangeVolumes[];
  /** What leads to the next page; both null on the last one. */
  readonly nextUrl: string | null;
  readonly token: string | null;
}

/** A page has 1,000 rows at the most; what is far beyond is refused before it is read. */
const mostPageRows = 10_000;
/** Different exchanges in one page: each costs a column as long as the page. */
const mostPageExchanges = 100;
const longestLink = 16_000;

/** Reads one page of the range, or refuses it as a whole. `sort` is what was asked for. */
export function readPage(payload: unknown, range: Range, sort: 'asc' | 'desc'): Page {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  if (payload['result'] === 'error') throw new Unreadable(`answered with an error instead of data${wordsOf(payload)}`);
  const { next_url, continuation_token } = payload;
  const nextUrl = at('.next_url', () => linkOrNull(next_url));
  const token = at('.continuation_token', () => linkOrNull(continuation_token));
  at('.query', () => checkEcho(payload['query'], range));
  const rows = at('.data', () => readRows(payload['data'], range));
  if (sort === 'asc' && (nextUrl !== null || token !== null)) {
    // Read in the wrong order, everything before the first page would be taken for told.
    at('.data', () => checkOrder(rows));
    at('.query', () => checkSort(payload['query']));
  }
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return { ...columnsOf(sorted), nextUrl, token };
}

/** An interval that is named twice is what its later row says: a correction, as when it is asked for again. */
function readRows(list: unknown, range: Range): Map<UnixMs, Row> {
  if (list === undefined) throw new Unreadable('is missing');
  if (!Array.isArray(list)) throw new Unreadable('is not a list');
  if (list.length > mostPageRows) {
    throw new Unreadable(`has ${list.length} rows: larger than Halcyon accepts (${mostPageRows})`);
  }
  const rows = new Map<UnixMs, Row>();
  (list as readonly unknown[]).forEach((item, index) =>
    at(`[${index}]`, () => {
      if (!isObject(item)) throw new Unreadable('is not an object');
      const start = at('.interval_time', () => startOf(item, range));
      rows.set(start, readRow(item));
    }),
  );
  const starts = [...rows.keys()].sort((a, b) => a - b);
  for (let i = 1; i < starts.length; i += 1) {
    if (starts[i]! - starts[i - 1]! < range.interval.ms) {
      throw new Unreadable(`has intervals that start less than ${range.interval.label} apart`);
    }
  }
  return rows;
}

/**
 * `interval_timestamp` beside it is never read: documented as milliseconds, it is nanoseconds, more than a JSON number
 * holds exactly.
 */
function startOf(row: JsonObject, { start, end, interval }: Range): UnixMs {
  const told = row['interval_time'];
  if (typeof told === 'string' && !told.includes('-')) throw new Unreadable('is not a time');
  if (told !== undefined && typeof told !== 'string') throw new Unreadable('is not a time');
  const moment = time(told);
  if (moment >= end || moment + interval.ms <= start) throw new Unreadable('is outside the range that was asked for');
  return moment;
}

/** What the answer says it is about, where it says so (later pages may not): another asset or interval is refused. */
function checkEcho(echo: unknown, { asset, interval }: Range): void {
  if (!isObject(echo)) return;
  const { token, interval: told } = echo;
  if (typeof token === 'string' && token.toLowerCase() !== asset.toLowerCase()) {
    throw new Unreadable(`is not ${asset.toLowerCase()}, which was asked for`, '.token');
  }
  // `24h` and `1d` are the same.
  const toldMs = told === '24h' ? 86_400_000 : intervals.find(({ value }) => value === told)?.ms;
  if (toldMs !== undefined && toldMs !== interval.ms) {
    throw new Unreadable(`is not ${interval.value}, which was asked for`, '.interval');
  }
}

function checkOrder(rows: ReadonlyMap<UnixMs, Row>): void {
  let last = -Infinity;
  for (const start of rows.keys()) {
    if (start < last) throw new Unreadable('is not in ascending order, which was asked for');
    last = start;
  }
}

function checkSort(echo: unknown): void {
  if (isObject(echo) && echo['sort'] === 'desc') throw new Unreadable('is not asc, which was asked for', '.sort');
}

function linkOrNull(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw new Unreadable('is not text');
  if (value.length > longestLink) throw new Unreadable('is too long');
  return value;
}

type Columns = Omit<Page, 'nextUrl' | 'token'>;

function columnsOf(rows: readonly (readonly [UnixMs, Row])[]): Columns {
  const codes = new Set(rows.flatMap(([, { exchanges }]) => [...exchanges.keys()]));
  if (codes.size > mostPageExchanges) throw new Unreadable(`names ${codes.size} different exchanges`, '.data');
  const column = (value: (row: Row) => number): Float64Array => Float64Array.from(rows, ([, row]) => value(row));
  return {
    times: Float64Array.from(rows, ([start]) => start),
    longs: column(({ sums }) => sums.long_amount),
    shorts: column(({ sums }) => sums.short_amount),
    longTrades: column(({ sums }) => sums.long_trades),
    shortTrades: column(({ sums }) => sums.short_trades),
    breaches: column(({ breaches }) => breaches),
    exchanges: [...codes].sort().map((exchange) => ({
      exchange,
      longs: column(({ exchanges }) => exchanges.get(exchange)?.long_amount ?? NaN),
      shorts: column(({ exchanges }) => exchanges.get(exchange)?.short_amount ?? NaN),
      longTrades: column(({ exchanges }) => exchanges.get(exchange)?.long_trades ?? NaN),
      shortTrades: column(({ exchanges }) => exchanges.get(exchange)?.short_trades ?? NaN),
    })),
  };
}
