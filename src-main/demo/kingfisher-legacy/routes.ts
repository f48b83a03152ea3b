import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Answer } from '../loopback/answer.ts';
import type { ReceivedRequest } from '../loopback/server.ts';
import { venues } from '../market/assets.ts';
import type { Venue } from '../market/assets.ts';
import { epoch } from '../market/days.ts';
import type { Market } from '../market/market.ts';
import { liquidationMap, mapTypes } from './payloads.ts';
import type { MapType } from './payloads.ts';
import type { Tokens } from './tokens.ts';

const maps = '/api/private/map/';
export const isLogin = ({ path }: ReceivedRequest): boolean => path === '/api/auth/login';

/** `login`; `latest/BTC/USDT`, then `latest`; the same with `timestamp`. */
export function endpointNames(request: ReceivedRequest): readonly string[] {
  if (isLogin(request)) return ['login'];
  if (!request.path.startsWith(maps)) return [request.path];
  const endpoint = request.path.slice(maps.length);
  const { pair } = jsonBody(request);
  return typeof pair === 'string' ? [`${endpoint}/${pair.toUpperCase()}`, endpoint] : [endpoint];
}

const error = (status: number, message: string): Answer => ({ status, body: { message } });

/** What the map of a moment says while it is out of order, for `override('timestamp', beingReworked)`. */
export const beingReworked: Answer = error(501, 'Being reworked, coming back soon');

/** The provider has published no words for its errors; these are ours. */
export function refusal(status: number, retryAfterSeconds: number | null): Answer {
  if (status === 401) return error(401, 'Invalid or expired token');
  if (status === 403) return error(403, 'Your subscription does not include API access');
  if (status === 404) return error(404, 'Not found');
  if (status === 429 || status === 418) {
    return { ...error(429, 'Too many requests'), headers: { 'retry-after': String(retryAfterSeconds ?? 60) } };
  }
  return error(status, 'Internal server error');
}

/** Form encoded, as the document's sample sends it; JSON is not taken. */
export function answerLogin(tokens: Tokens, request: ReceivedRequest): Answer {
  if (request.method !== 'POST') return refusal(404, null);
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? request.body : '');
  const token = tokens.issue(form.get('login') ?? '', form.get('password') ?? '');
  return token === null ? error(401, 'Wrong login or password') : { body: { token } };
}

/** The right answer to a request whose token is taken. */
export function answerMap(market: Market, request: ReceivedRequest, now: UnixMs): Answer {
  if (request.method !== 'POST') return refusal(404, null);
  const { exchange, pair, type, ts } = jsonBody(request);
  const spec = market.find(/^([A-Z0-9]+)\/USDT$/.exec(String(pair).toUpperCase())?.[1] ?? '');
  if (!isVenue(exchange)) return error(400, 'Unknown exchange');
  if (!spec) return error(400, 'Unknown pair');
  if (!isMapType(type)) return error(400, 'Unknown type');
  if (request.path === `${maps}latest`) return { body: liquidationMap(market, spec, exchange, type, now) };
  if (request.path !== `${maps}timestamp`) return refusal(404, null);
  if (typeof ts !== 'number' || ts * 1000 > now) return error(400, 'Invalid ts');
  if (ts * 1000 < epoch) return error(404, 'No map at this time');
  return { body: liquidationMap(market, spec, exchange, type, unixMs(Math.round(ts * 1000))) };
}

const isVenue = (value: unknown): value is Venue => (venues as readonly unknown[]).includes(value);
const isMapType = (value: unknown): value is MapType => (mapTypes as readonly unknown[]).includes(value);

function jsonBody({ body }: ReceivedRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
