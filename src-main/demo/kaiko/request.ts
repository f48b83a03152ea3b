import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The provider's history starts here. */
const historyStart = Date.UTC(2025, 0, 8);

/** Intervals asked for, and from which of them on (towards `sort`). */
export interface PageRequest {
  readonly token: string;
  readonly interval: string;
  readonly intervalMs: number;
  readonly pageSize: number;
  readonly sort: 'asc' | 'desc';
  readonly start: UnixMs;
  readonly end: UnixMs;
  readonly skipped: number;
}

type Query = Readonly<Record<string, string>>;

/** A first request's query, or a sentence about what is wrong with it. The range is rounded outwards to whole intervals. */
export function readRequest(token: string, query: Query, now: UnixMs): PageRequest | string {
  const { interval = '1h', page_size = '100', sort = 'desc', start_time, end_time } = query;
  const [, count = '', unit = ''] = /^(\d{1,3})([hd])$/.exec(interval) ?? [];
  const intervalMs = Number(count) * (unit === 'd' ? dayMs : hourMs);
  if (!(intervalMs >= hourMs && intervalMs <= dayMs)) return 'Invalid interval';
  const pageSize = /^\d{1,5}$/.test(page_size) ? Number(page_size) : 0;
  if (pageSize < 1 || pageSize > 1000) return 'Invalid page_size';
  if (sort !== 'asc' && sort !== 'desc') return 'Invalid sort';
  const from = start_time === undefined ? historyStart : Date.parse(start_time);
  const to = end_time === undefined ? now : Date.parse(end_time);
  if (Number.isNaN(from)) return 'Invalid start_time';
  if (Number.isNaN(to)) return 'Invalid end_time';
  const start = unixMs(Math.floor(Math.max(from, historyStart) / intervalMs) * intervalMs);
  const end = unixMs(Math.ceil(Math.min(to, now + 1) / intervalMs) * intervalMs);
  return { token, interval, intervalMs, pageSize, sort, start, end, skipped: 0 };
}

/** Opaque to whoever gets it. */
export const writeToken = (request: PageRequest): string => Buffer.from(JSON.stringify(request)).toString('base64url');

/** The request a token was written for; null for one that was not written here. */
export function readToken(text: string): PageRequest | null {
  try {
    const request = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<PageRequest> | null;
    return request?.intervalMs === undefined ? null : (request as PageRequest);
  } catch {
    return null;
  }
}
