import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import { envelope, pageRows } from './payloads.ts';
import { readRequest, readToken, writeToken } from './request.ts';

const tokenPath = /^\/v2\/data\/liquidation\.v1\/token\/([a-z0-9]+)$/;

/** `…/token/btc` is `liquidations/BTC`, then `liquidations`. */
export function endpointNames(path: string): readonly string[] {
  const asset = tokenPath.exec(path)?.[1];
  return asset === undefined ? ['unknown'] : [`liquidations/${asset.toUpperCase()}`, 'liquidations'];
}

const refused = (status: number, message: string): Answer => ({ status, body: { result: 'error', message } });

/** The provider's error body; only its form and the names of the codes are published, the words are ours. */
export function refusal(status: number, retryAfterSeconds: number | null): Answer {
  const words: Readonly<Record<number, string>> = {
    401: 'You are not authenticated properly',
    403: "You don't have access to the requested resource",
    404: 'Not Found',
    429: 'Rate limit reached',
    503: "We're temporarily offline for maintenance",
  };
  const code = status === 418 ? 429 : status;
  const answer = refused(code, words[code] ?? 'We had a problem with our service');
  return retryAfterSeconds === null ? answer : { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
}

/** Origin of the addresses of next pages, and which of the two ways on an answer names. */
export interface Links {
  readonly origin: string;
  readonly kind: 'both' | 'next_url' | 'token';
}

/** The right answer to a request of a known key. */
export function answerRoute(
  market: Market,
  { method, path, query }: ReceivedRequest,
  scenario: Scenario,
  links: Links,
  now: UnixMs,
): Answer {
  const asset = tokenPath.exec(path)?.[1];
  if (method !== 'GET' || asset === undefined) return refusal(404, null);
  const spec = market.find(asset.toUpperCase());
  if (!spec) return refused(404, `Token ${asset} not found`);
  const continued = query['continuation_token'];
  const request = continued === undefined ? readRequest(asset, query, now) : readToken(continued);
  if (request === null || (typeof request === 'object' && request.token !== asset)) {
    return refused(400, 'Invalid continuation_token');
  }
  if (typeof request === 'string') return refused(400, request);

  const rows = pageRows(market, spec, request, now);
  const isMissing = (at: number): boolean =>
    scenario.name === 'gap' && at >= (scenario.from ?? -Infinity) && at < (scenario.to ?? Infinity);
  const data = rows.filter(({ interval_time }) => !isMissing(Date.parse(interval_time)));
  const skipped = request.skipped + rows.length;
  const hasMore = rows.length > 0 && skipped * request.intervalMs < request.end - request.start;
  const token = writeToken({ ...request, skipped });
  const more = {
    ...(links.kind === 'next_url' ? {} : { continuation_token: token }),
    ...(links.kind === 'token' ? {} : { next_url: `${links.origin}${path}?continuation_token=${token}` }),
  };
  return { body: { ...envelope(request, now), data, ...(hasMore ? more : {}) } };
}
