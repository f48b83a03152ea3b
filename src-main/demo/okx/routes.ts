import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import type { AssetSpec } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import { barMs, bars, candleRow, instruments, specOf } from './payloads.ts';
import { fundingRateOf, markPriceOf, openInterestHistory, openInterestOf } from './positioning.ts';

/** `candles/BTC-USDT-SWAP/1m`, `candles/BTC-USDT-SWAP`, `candles`. */
export function endpointNames(request: ReceivedRequest): readonly string[] {
  const endpoint = request.path.slice(request.path.lastIndexOf('/') + 1);
  const { instId, bar } = request.query;
  const names = [endpoint];
  if (instId !== undefined) names.unshift(`${endpoint}/${instId}`);
  if (instId !== undefined && bar !== undefined) names.unshift(`${endpoint}/${instId}/${bar}`);
  return names;
}

const error = (status: number, code: string, msg: string): Answer => ({ status, body: { code, data: [], msg } });
const data = (rows: readonly unknown[]): Answer => ({ body: { code: '0', data: rows, msg: '' } });

/** The venue's own words for a status. */
export function refusal(status: number, retryAfterSeconds: number | null): Answer {
  if (status === 401) return error(401, '50111', 'Invalid OK-ACCESS-KEY.');
  if (status === 403) {
    const body = '<html>\r\n<head><title>Access denied | www.okx.com</title></head>\r\n<body></body>\r\n</html>\r\n';
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  if (status === 404) return error(404, '404', 'Not Found');
  if (status === 429 || status === 418) {
    const headers: Record<string, string> =
      retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
    return { ...error(429, '50011', 'Too Many Requests'), headers };
  }
  return error(status, '50026', 'System error, please try again later.');
}

export function answerRoute(market: Market, request: ReceivedRequest, scenario: Scenario, now: UnixMs): Answer {
  if (request.method !== 'GET') return refusal(404, null);
  const { query } = request;
  switch (request.path) {
    case '/api/v5/public/time':
      return data([{ ts: String(now) }]);
    case '/api/v5/public/instruments':
      return query['instType'] === 'SWAP' ? data(instruments()) : error(400, '51000', 'Parameter instType error');
    case '/api/v5/market/candles':
      return ofInstrument(query, (spec) => candles(market, spec, query, scenario, now, true));
    case '/api/v5/market/history-candles':
      return ofInstrument(query, (spec) => candles(market, spec, query, scenario, now, false));
    case '/api/v5/public/open-interest':
      return ofInstrument(query, (spec) => data([openInterestOf(market, spec, now)]));
    case '/api/v5/public/mark-price':
      return ofInstrument(query, (spec) => data([markPriceOf(market, spec, now)]));
    case '/api/v5/public/funding-rate':
      return ofInstrument(query, (spec) => data([fundingRateOf(market, spec, now)]));
    case '/api/v5/rubik/stat/contracts/open-interest-history': {
      const limit = Number(query['limit'] ?? 100);
      if (query['period'] !== '1H' || !(limit >= 1 && limit <= 100)) return error(400, '51000', 'Parameter error');
      return ofInstrument(query, (spec) => data(openInterestHistory(market, spec, limit, now)));
    }
    default:
      return refusal(404, null);
  }
}

function ofInstrument(query: ReceivedRequest['query'], answer: (spec: AssetSpec) => Answer): Answer {
  if (!query['instId']) return error(400, '50014', 'Parameter instId can not be empty.');
  const spec = specOf(query['instId']);
  // Errors of this kind come with status 200.
  return spec ? answer(spec) : error(200, '51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.");
}

const defaultLimit = 100;
const mostRows = 300;
/** The venue's own reach of `candles`; older ones are in `history-candles`, which has none that is still forming. */
const recentRows = 1440;

function candles(
  market: Market,
  spec: AssetSpec,
  query: ReceivedRequest['query'],
  scenario: Scenario,
  now: UnixMs,
  recent: boolean,
): Answer {
  const bar = query['bar'] ?? '1m';
  if (!Object.hasOwn(bars, bar)) return error(400, '51000', 'Parameter bar error');
  for (const name of ['after', 'before', 'limit']) {
    const value = query[name];
    if (value !== undefined && !/^\d+$/.test(value)) return error(400, '51000', `Parameter ${name} error`);
  }
  const length = barMs(bar);
  const limit = Math.min(mostRows, Number(query['limit'] ?? defaultLimit));
  const newest = Math.floor(now / length) * length;
  const end = recent ? newest + length : newest;
  const to = Math.min(end, Math.ceil(Number(query['after'] ?? end) / length) * length);
  const oldest = recent ? newest - (recentRows - 1) * length : 0;
  const after = query['before'] === undefined ? 0 : Number(query['before']) + 1;
  const first = Math.max(to - limit * length, oldest, Math.ceil(after / length) * length);
  const gap = scenario.name === 'gap' ? scenario : null;
  const missing = (at: number): boolean => gap !== null && at >= (gap.from ?? Infinity) && at < (gap.to ?? Infinity);
  const rows = market.prices
    .candles(spec, length / 60_000, first, to, unixMs(now))
    .filter((candle) => !missing(candle.openTime))
    .map((candle) => candleRow(spec, candle));
  return data(rows.reverse());
}
