import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { candle, intervals, metaAndAssetCtxs } from './payloads.ts';

interface Question {
  readonly type?: unknown;
  readonly req?: unknown;
}

/** Of each candle length the venue keeps so many. */
const mostCandles = 5000;

function questionOf({ body }: ReceivedRequest): Question | null {
  try {
    const question: unknown = JSON.parse(body);
    return typeof question === 'object' && question !== null ? question : null;
  } catch {
    return null;
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** `candleSnapshot/BTC/1m`, `candleSnapshot/BTC`, `candleSnapshot`. */
export function endpointNames(request: ReceivedRequest): readonly string[] {
  const question = questionOf(request);
  const type = typeof question?.type === 'string' ? question.type : 'info';
  const { coin, interval } = fieldsOf(question?.req);
  const names = [type];
  if (typeof coin === 'string') names.unshift(`${type}/${coin}`);
  if (typeof coin === 'string' && typeof interval === 'string') names.unshift(`${type}/${coin}/${interval}`);
  return names;
}

const plain = (status: number, body: string): Answer => ({ status, headers: { 'content-type': 'text/plain' }, body });
const unreadable = (): Answer => plain(422, 'Failed to deserialize the JSON body into the target type');

/** The venue's own words for a status; most of its errors say `null` and nothing more. */
export function refusal(status: number, retryAfterSeconds: number | null): Answer {
  if (status === 403) {
    const body =
      '<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY>403 ERROR</BODY></HTML>';
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  if (status === 401) return plain(status, 'Unauthorized');
  if (status === 404) return plain(status, '');
  const headers: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { status, headers, body: 'null' };
}

export function answerRoute(market: Market, request: ReceivedRequest, scenario: Scenario, now: UnixMs): Answer {
  if (request.path !== '/info') return refusal(404, null);
  if (request.method !== 'POST') return plain(405, '');
  const question = questionOf(request);
  switch (question?.type) {
    case 'metaAndAssetCtxs':
      return { body: metaAndAssetCtxs(market, now) };
    case 'candleSnapshot':
      return candles(market, fieldsOf(question.req), scenario, now);
    default:
      return unreadable();
  }
}

function candles(
  market: Market,
  { coin, interval, startTime, endTime }: Readonly<Record<string, unknown>>,
  scenario: Scenario,
  now: UnixMs,
): Answer {
  if (typeof coin !== 'string' || typeof interval !== 'string' || !Object.hasOwn(intervals, interval)) {
    return unreadable();
  }
  if (!Number.isSafeInteger(startTime) || (endTime !== undefined && !Number.isSafeInteger(endTime))) {
    return unreadable();
  }
  const spec = market.find(coin);
  if (!spec) return refusal(500, null);
  const minutes = intervals[interval]!;
  const length = minutes * minuteMs;
  const oldest = (Math.floor(now / length) - mostCandles + 1) * length;
  // A candle counts when it overlaps with the range.
  const from = Math.max(oldest, Math.floor(Number(startTime) / length) * length);
  const to = Number(endTime ?? now) + 1;
  const gap = scenario.name === 'gap' ? scenario : null;
  const missing = (at: number): boolean => gap !== null && at >= (gap.from ?? Infinity) && at < (gap.to ?? Infinity);
  const rows = market.prices
    .candles(spec, minutes, from, to, now)
    .filter(({ openTime }) => !missing(openTime))
    .map((made) => candle(spec, interval, made));
  return { body: rows };
}
