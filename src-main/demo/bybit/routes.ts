import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { enveloped, instrumentInfo, intervals, klineRow, linearTicker, optionTicker } from './payloads.ts';

const base = '/v5/market/';
type Query = ReceivedRequest['query'];

/** `kline/BTCUSDT/1`, `kline/BTCUSDT`, `kline`; the option chain is `tickers/option/BTC`, `tickers/option`, `tickers`. */
export function endpointNames({ path, query }: ReceivedRequest): readonly string[] {
  const endpoint = path.startsWith(base) ? path.slice(base.length) : path;
  const { category, symbol, interval, baseCoin } = query;
  const parts = category === 'option' ? ['option', baseCoin] : [symbol, interval];
  const names = [endpoint];
  for (const part of parts) if (part !== undefined) names.unshift(`${names[0]}/${part}`);
  return names;
}

/** The venue answers most refusals with status 200 and a code. */
const refused = (retCode: number, retMsg: string, now: UnixMs, status = 200): Answer => ({
  status,
  body: enveloped({}, now, { retCode, retMsg }),
});

/** The venue's own words for a status. */
export function refusal(status: number, retryAfterSeconds: number | null, now: UnixMs): Answer {
  if (status === 401) return refused(10003, 'API key is invalid.', now, 401);
  if (status === 403) {
    const body =
      '<html>\r\n<head><title>403 ERROR</title></head>\r\n<body>The Amazon CloudFront distribution is configured to block access from your country.</body>\r\n</html>\r\n';
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  if (status === 429) {
    const headers = { 'x-bapi-limit-reset-timestamp': String(now + (retryAfterSeconds ?? 5) * 1000) };
    return { ...refused(10006, 'Too many visits. Exceeded the API Rate Limit.', now), headers };
  }
  if (status === 418) return { status: 403, body: 'access too frequent' };
  return refused(10016, 'Internal server error.', now, status);
}

export function answerRoute(market: Market, request: ReceivedRequest, scenario: Scenario, now: UnixMs): Answer {
  if (request.method !== 'GET' || !request.path.startsWith(base)) return { status: 404, body: '' };
  const { query } = request;
  switch (request.path.slice(base.length)) {
    case 'time': {
      const result = { timeSecond: String(Math.floor(now / 1000)), timeNano: `${now}000000` };
      return { body: enveloped(result, now) };
    }
    case 'kline':
      return klines(market, query, scenario, now);
    case 'instruments-info':
      return ofSymbol(market, query, now, (spec) => instrumentInfo(spec));
    case 'tickers':
      return query['category'] === 'option'
        ? optionChain(market, query, now)
        : ofSymbol(market, query, now, (spec) => linearTicker(market, spec, now));
    default:
      return { status: 404, body: '' };
  }
}

const badSymbol = (now: UnixMs): Answer => refused(10001, 'params error: symbol invalid', now);

function ofSymbol(
  market: Market,
  query: Query,
  now: UnixMs,
  row: (spec: NonNullable<ReturnType<Market['findSymbol']>>) => object,
): Answer {
  const { category, symbol } = query;
  if (category !== 'linear') return refused(10001, 'Illegal category', now);
  const spec = market.findSymbol(symbol ?? '');
  return spec === null ? badSymbol(now) : { body: enveloped({ category, list: [row(spec)], nextPageCursor: '' }, now) };
}

function optionChain(market: Market, query: Query, now: UnixMs): Answer {
  const spec = market.find(query['baseCoin'] ?? '');
  if (spec === null) return refused(10001, 'params error: baseCoin invalid', now);
  const list = market.options.chain(spec, now).map((option) => optionTicker(market, spec, option, now));
  return { body: enveloped({ category: 'option', list }, now, { retCode: 0, retMsg: 'SUCCESS' }) };
}

const defaultLimit = 200;
const mostRows = 1000;

/** Newest first. Of more candles than `limit` the newest before `end` are sent. */
function klines(market: Market, query: Query, scenario: Scenario, now: UnixMs): Answer {
  const { category, symbol, interval = '' } = query;
  if (category !== 'linear') return refused(10001, 'Illegal category', now);
  const spec = market.findSymbol(symbol ?? '');
  if (spec === null) return badSymbol(now);
  const minutes = Object.hasOwn(intervals, interval) ? intervals[interval]! : null;
  if (minutes === null) return refused(10001, 'Invalid period!', now);
  for (const name of ['start', 'end', 'limit']) {
    if (!/^\d+$/.test(query[name] ?? '0')) return refused(10001, `params error: ${name} invalid`, now);
  }
  const limit = Math.min(mostRows, Math.max(1, Number(query['limit'] ?? defaultLimit)));
  const length = minutes * minuteMs;
  const newest = Math.floor(Math.min(now, Number(query['end'] ?? now)) / length) * length;
  const from = Math.max(Number(query['start'] ?? 0), newest - (limit - 1) * length);
  const gap = scenario.name === 'gap' ? scenario : null;
  const missing = (at: number): boolean => gap !== null && at >= (gap.from ?? Infinity) && at < (gap.to ?? Infinity);
  const list = market.prices
    .candles(spec, minutes, from, newest + 1, now)
    .filter((candle) => !missing(candle.openTime))
    .map((candle) => klineRow(spec, candle))
    .reverse();
  return { body: enveloped({ symbol, category, list }, now) };
}
