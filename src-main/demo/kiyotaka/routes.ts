import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import type { Columns } from './columns.ts';
import { exchanges, heatmap, volumes } from './payloads.ts';
import { readQuery, types } from './query.ts';
import type { Query } from './query.ts';
import { weightOf } from './weights.ts';
import type { Weights } from './weights.ts';

/** `points/LIQUIDATION_AGG`, then `points`; `usage`. */
export function endpointNames({ path, query }: ReceivedRequest): readonly string[] {
  const endpoint = path.replace(/^\/v1\//, '');
  return query['type'] === undefined ? [endpoint] : [`${endpoint}/${query['type']}`, endpoint];
}

export interface Tier {
  readonly plan: 'basic' | 'advanced';
}

const error = (status: number, code: string, message: string): Answer => ({ status, body: { error: code, message } });

/** The provider's answer to a status: codes are documented, the words of 403 are not. */
export function refusal(status: number, retryAfterSeconds: number | null, what = 'Data type not available'): Answer {
  switch (status) {
    case 401:
      return error(401, 'INVALID_API_KEY', 'Missing or invalid API key');
    case 403:
      return error(403, 'FORBIDDEN', `${what} on your tier`);
    case 404:
      return error(404, 'NOT_FOUND', 'Not found');
    case 418:
    case 429: {
      const retry_after = retryAfterSeconds ?? 12;
      return {
        status: 429,
        headers: { 'retry-after': String(retry_after) },
        body: { error: 'RATE_LIMITED', message: 'Rate limit exceeded', retry_after },
      };
    }
    case 504:
      return error(504, 'TIMEOUT', 'Query exceeded 30 seconds');
    default:
      return error(status, 'INTERNAL_ERROR', 'Server-side failure');
  }
}

/** What answers are made of. */
export interface Backstage {
  readonly market: Market;
  readonly columns: Columns;
  readonly weights: Weights;
}

/** The right answer to a request of a known key. */
export function answerRoute(
  { market, columns, weights }: Backstage,
  request: ReceivedRequest,
  { plan }: Tier,
  scenario: Scenario,
  now: UnixMs,
): Answer {
  if (request.method !== 'GET') return refusal(404, null);
  // Free of charge. That it exists is documented, its fields are a guess.
  if (request.path === '/v1/usage') return { body: weights.spent() };
  if (request.path !== '/v1/points') return refusal(404, null);
  const query = readQuery(request);
  if ('error' in query) return error(400, query.error, query.message);
  const isHeatmap = query.type === 'HYPERLIQUID_LIQUIDATION_AGG';
  const named = query.rawSymbol === null ? market.find(query.coin ?? '') : market.findSymbol(query.rawSymbol);
  const unknown = query.exchanges.find((name) => !Object.hasOwn(exchanges, name));
  const refused = refusedFor(query, plan);
  if (refused !== null) return refusal(403, null, refused);
  if (!isHeatmap && query.exchanges.length === 0) return error(400, 'INVALID_PARAMS', 'Missing parameter: exchange');
  if (unknown !== undefined) return error(400, 'INVALID_EXCHANGE', `Unknown exchange: ${unknown}`);
  if (!named) return error(400, 'INVALID_SYMBOL', 'Unknown symbol for the specified exchange');
  const { base } = types[query.type]!;
  const depth = isHeatmap ? query.depth : 1;
  const wait = weights.charge(weightOf(base, query.points, query.isSummed ? query.exchanges.length : 0, depth));
  if (wait !== null) return refusal(429, wait);
  if (query.points === 0) return { body: { series: [] } };
  const gap = scenario.name === 'gap' ? scenario : null;
  const isMissing = (time: number): boolean =>
    gap !== null && time >= (gap.from ?? Infinity) && time < (gap.to ?? Infinity);
  if (isHeatmap) return { body: heatmap(columns, named, query, now, isMissing) };
  const venues = query.exchanges.map((name) => exchanges[name]!);
  return { body: volumes(market, named, query, venues, now, isMissing) };
}

/** Null: the plan includes it. */
function refusedFor({ type, points, isSummed, exchanges: asked }: Query, plan: Tier['plan']): string | null {
  if (points > types[type]!.most) return 'Point count exceeded: not available';
  if (plan === 'advanced') return null;
  if (type === 'HYPERLIQUID_LIQUIDATION_AGG') return 'Data type not available';
  return isSummed || asked.length > 1 ? 'Multi-exchange aggregation not available' : null;
}
