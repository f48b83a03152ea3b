import type { UnixMs } from '../../contract/market.ts';
import { realClock } from '../clock.ts';
import type { Answer } from '../loopback/answer.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect, ReceivedRequest } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import type { DemoServer, DemoServerOptions } from '../servers.ts';
import { bookSummary, enveloped } from './payloads.ts';

/** Deribit's public methods on 127.0.0.1: `/api/v2/public/get_book_summary_by_currency`, `get_time`, `test`. */
export async function startDeribitServer(options: DemoServerOptions): Promise<DemoServer> {
  const { market, clock = realClock } = options;
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer: (request, _scenario, replace) =>
      typeof replace === 'function' ? replace(request) : (replace ?? answerMethod(market, request, clock.now())),
    refuse: (_request, status, retryAfterSeconds) => refusal(status, retryAfterSeconds, clock.now()),
    acceptsStream: () => false,
    connect: () => ({ listens: false, message: () => undefined, end: () => undefined }),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  return Object.assign(loopback, { restUrl: `http://127.0.0.1:${loopback.port}`, streamUrl: '' });
}

const base = '/api/v2/public/';

/** `get_book_summary_by_currency/BTC`, `get_book_summary_by_currency`. */
function endpointNames({ path, query }: ReceivedRequest): readonly string[] {
  const method = path.startsWith(base) ? path.slice(base.length) : path;
  const { currency } = query;
  return currency === undefined ? [method] : [`${method}/${currency}`, method];
}

const error = (status: number, code: number, message: string, now: UnixMs, data?: object): Answer => ({
  status,
  body: enveloped({ error: { message, ...(data === undefined ? {} : { data }), code } }, now),
});

/** The venue's own words for a status. */
function refusal(status: number, retryAfterSeconds: number | null, now: UnixMs): Answer {
  if (status === 401) return error(401, 13009, 'unauthorized', now, { reason: 'invalid_token' });
  if (status === 403) {
    const body =
      '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body><h1>403 Forbidden</h1></body>\r\n</html>\r\n';
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  if (status === 429 || status === 418) {
    const headers = { 'retry-after': String(retryAfterSeconds ?? 1) };
    return { ...error(status, 10028, 'too_many_requests', now), headers };
  }
  return error(status, 11094, 'internal_server_error', now);
}

function answerMethod(market: Market, { path, query }: ReceivedRequest, now: UnixMs): Answer {
  const invalid = (param: string): Answer =>
    error(400, -32602, 'Invalid params', now, { reason: 'wrong format', param });
  switch (path) {
    case `${base}test`:
      return { body: enveloped({ result: { version: '1.2.26' } }, now) };
    case `${base}get_time`:
      return { body: enveloped({ result: now }, now) };
    case `${base}get_book_summary_by_currency`: {
      const spec = coins.has(query['currency'] ?? '') ? market.find(query['currency']!) : null;
      if (spec === null) return invalid('currency');
      if (query['kind'] !== 'option') return invalid('kind');
      return { body: enveloped({ result: bookSummary(market, spec, now) }, now) };
    }
    default:
      return error(404, -32601, 'Method not found', now);
  }
}

/** Coins with options of their own. */
const coins: ReadonlySet<string> = new Set(['BTC', 'ETH']);
