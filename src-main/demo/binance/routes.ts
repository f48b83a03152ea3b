import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { exchangeInfo, intervals, klineRow } from './payloads.ts';
import { fundingInfo, openInterestHistory, openInterestOf, premiumIndexOf } from './positioning.ts';

/** `klines/BTCUSDT/1m`, `klines/BTCUSDT`, `klines`. */
export function endpointNames(request: ReceivedRequest): readonly string[] {
  const endpoint = request.path.replace(/^\/(?:fapi\/v\d+|futures\/data)\//, '');
  const { symbol, interval } = request.query;
  const names = [endpoint];
  if (symbol !== undefined) names.unshift(`${endpoint}/${symbol}`);
  if (symbol !== undefined && interval !== undefined) names.unshift(`${endpoint}/${symbol}/${interval}`);
  return names;
}

const error = (status: number, code: number, msg: string): Answer => ({ status, body: { code, msg } });

/** The venue's own words for a status. */
export function refusal(status: number, retryAfterSeconds: number | null, now: UnixMs): Answer {
  if (status === 401) return error(401, -2015, 'Invalid API-key, IP, or permissions for action.');
  if (status === 403) {
    const body =
      '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body><h1>403 Forbidden</h1></body>\r\n</html>\r\n';
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  if (status === 404) return error(404, -5000, 'Path not found, or the method is not supported.');
  if (status === 429 || status === 418) {
    const seconds = retryAfterSeconds ?? (status === 429 ? 30 : 120);
    const words =
      status === 429
        ? 'Too many requests; current limit of IP(127.0.0.1) is 2400 requests per minute.'
        : `Way too many requests; IP(127.0.0.1) banned until ${now + seconds * 1000}.`;
    return { ...error(status, -1003, words), headers: { 'retry-after': String(seconds) } };
  }
  return error(status, -1000, 'An unknown error occurred while processing the request.');
}

/** Weight of a request by the venue's table for klines; everything else here weighs 1. */
export function weightOf(request: ReceivedRequest): number {
  // These have limits of their own.
  if (request.path.startsWith('/futures/data/') || request.path === '/fapi/v1/fundingInfo') return 0;
  if (request.path !== '/fapi/v1/klines') return 1;
  const limit = Number(request.query['limit'] ?? defaultLimit);
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

export function answerRoute(market: Market, request: ReceivedRequest, scenario: Scenario, now: UnixMs): Answer {
  if (request.method !== 'GET') return refusal(404, null, now);
  switch (request.path) {
    case '/fapi/v1/ping':
      return { body: {} };
    case '/fapi/v1/time':
      return { body: { serverTime: now } };
    case '/fapi/v1/exchangeInfo':
      return { body: exchangeInfo(now) };
    case '/fapi/v1/klines':
      return ofSymbol(market, request.query, (spec) => klines(market, spec, request.query, scenario, now));
    case '/fapi/v1/fundingInfo':
      return { body: fundingInfo() };
    case '/fapi/v1/openInterest':
      return ofSymbol(market, request.query, (spec) => ({ body: openInterestOf(market, spec, now) }));
    case '/fapi/v1/premiumIndex':
      return ofSymbol(market, request.query, (spec) => ({ body: premiumIndexOf(market, spec, now) }));
    case '/futures/data/openInterestHist':
      return ofSymbol(market, request.query, (spec) => openInterestHistory(market, spec, request.query, now));
    default:
      return refusal(404, null, now);
  }
}

function ofSymbol(market: Market, { symbol }: ReceivedRequest['query'], answer: (spec: AssetSpec) => Answer): Answer {
  if (!symbol) return error(400, -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  const spec = market.findSymbol(symbol);
  return spec ? answer(spec) : error(400, -1121, 'Invalid symbol.');
}

const defaultLimit = 500;
const mostRows = 1500;

function klines(
  market: Market,
  spec: AssetSpec,
  query: ReceivedRequest['query'],
  scenario: Scenario,
  now: UnixMs,
): Answer {
  const { interval } = query;
  if (!interval) return error(400, -1102, "Mandatory parameter 'interval' was not sent, was empty/null, or malformed.");
  const minutes = Object.hasOwn(intervals, interval) ? intervals[interval]! : null;
  if (minutes === null) return error(400, -1120, 'Invalid interval.');
  for (const name of ['startTime', 'endTime', 'limit']) {
    const value = query[name];
    if (value !== undefined && !/^\d+$/.test(value)) {
      return error(400, -1130, `Data sent for parameter '${name}' is not valid.`);
    }
  }
  const limit = Number(query['limit'] ?? defaultLimit);
  if (limit < 1 || limit > mostRows) return error(400, -1130, "Data sent for parameter 'limit' is not valid.");

  const length = minutes * minuteMs;
  const newest = Math.floor(Math.min(now, Number(query['endTime'] ?? now)) / length) * length;
  const from = query['startTime'] === undefined ? newest - (limit - 1) * length : Number(query['startTime']);
  const first = Math.ceil(from / length) * length;
  const to = Math.min(newest, first + (limit - 1) * length) + 1;
  const gap = scenario.name === 'gap' ? scenario : null;
  const missing = (at: number): boolean => gap !== null && at >= (gap.from ?? Infinity) && at < (gap.to ?? Infinity);
  const rows = market.prices
    .candles(spec, minutes, first, to, unixMs(now))
    .filter((candle) => !missing(candle.openTime))
    .map((candle) => klineRow(spec, minutes, candle));
  return { body: rows };
}
