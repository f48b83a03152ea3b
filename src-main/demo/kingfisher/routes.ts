import { mapTimeframes } from '../../contract/liquidation.ts';
import type { MapTimeframe } from '../../contract/liquidation.ts';
import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import { venues } from '../market/assets.ts';
import type { Venue } from '../market/assets.ts';
import { depthPercents } from '../market/positioning.ts';
import type { Market } from '../market/market.ts';
import type { DemoKey } from './keys.ts';
import * as payloads from './payloads.ts';

/** `/v1/liquidations/BTC` is `liquidations/BTC`, then `liquidations`. */
export function endpointNames(path: string): readonly string[] {
  const [, , endpoint = '', asset] = path.split('/');
  return asset === undefined ? [endpoint] : [`${endpoint}/${asset.toUpperCase()}`, endpoint];
}

const errorBody = (error: string, message: string, code: number): Answer => ({
  status: code,
  body: { error, message, code },
});

const invalid = (what: string): Answer => errorBody('invalid_parameter', `Invalid ${what} specified`, 400);

/** The provider's answer to a status, in its own words where it has published them. */
export function refusal(status: number, retryAfterSeconds: number | null): Answer {
  if (status === 401) return errorBody('invalid_api_key', 'API key is invalid or expired', 401);
  if (status === 403) return errorBody('forbidden', 'Your plan does not include this endpoint', 403);
  if (status === 404) return errorBody('not_found', 'No such endpoint', 404);
  if (status === 429 || status === 418) {
    const retry_after = retryAfterSeconds ?? 3600;
    return {
      status: 429,
      headers: { 'retry-after': String(retry_after) },
      body: { error: 'rate_limit_exceeded', message: 'Daily limit exceeded', code: 429, retry_after },
    };
  }
  return errorBody('server_error', 'Internal server error', status);
}

/** The right answer to a request of a known key. */
export function answerRoute(market: Market, request: ReceivedRequest, plan: DemoKey['plan'], now: UnixMs): Answer {
  const [, version, endpoint, name, ...more] = request.path.split('/');
  if (request.method !== 'GET' || version !== 'v1' || name === undefined || more.length > 0) return refusal(404, null);
  const { query } = request;
  const at = unixMs(Math.floor(now / 1000) * 1000);
  const spec = market.find(name.toUpperCase());
  const exchange = query['exchange'] ?? 'all';
  const timeframe = query['timeframe'] ?? '1D';
  const percentage = query['percentage'] === undefined ? null : Number(query['percentage']);
  const isEndpoint = (endpoints as readonly (string | undefined)[]).includes(endpoint);
  if (!isEndpoint) return refusal(404, null);
  if (!spec) return invalid('asset');
  if (!isExchange(exchange)) return invalid('exchange');
  switch (endpoint as (typeof endpoints)[number]) {
    case 'liquidations':
      if (!isTimeframe(timeframe)) return invalid('timeframe');
      return { body: payloads.liquidations(market, spec, timeframe, exchange, at) };
    case 'gex': {
      const body = payloads.gex(market, spec, at);
      return body ? { body } : invalid('asset');
    }
    case 'open-interest':
      return { body: payloads.openInterest(market, spec, exchange, at) };
    case 'funding-rates':
      return { body: payloads.fundingRates(market, spec, plan === 'elite', at) };
    case 'depth':
      if (percentage !== null && !(depthPercents as readonly number[]).includes(percentage))
        return invalid('percentage');
      return { body: payloads.depth(market, spec, exchange, percentage, at) };
    case 'tof':
      return { body: payloads.orderFlow(market, spec, at) };
  }
}

const endpoints = ['liquidations', 'gex', 'open-interest', 'funding-rates', 'depth', 'tof'] as const;

export const isExchange = (text: string): text is Venue | 'all' =>
  text === 'all' || (venues as readonly string[]).includes(text);

const isTimeframe = (text: string): text is MapTimeframe => (mapTimeframes as readonly string[]).includes(text);
