import { failure, FailureError, type Failure } from '../../contract/failure.ts';
import { unixMs, type UnixMs } from '../../contract/market.ts';
import type { RateLimits } from '../../contract/provider-status.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine } from '../../net/redact.ts';
import { isObject, readPayload, reject, sendRecorded, Unreadable } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { weightPerMinute } from './limits.ts';

export const providerName = 'Binance';

const minuteMs = 60_000;

/** One GET below the base URL, read whole by `read`. */
export async function ask<T>(
  context: ProviderContext,
  path: string,
  signal: AbortSignal,
  read: (payload: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const origin = { name: providerName, endpoint: path };
  const headers = { accept: 'application/json' };
  const response = await sendRecorded(context, path, { url: `${context.restUrl}${path}`, headers, signal });
  const limits = weightLimits(response);
  if (limits !== null) context.onLimits(limits);
  if (response.status === 200)
    return readPayload(context, origin, response.text, (payload) => read(payload, response.receivedAt));
  const problem = failureOf(response, new URL(`${context.restUrl}${path}`));
  if (problem.kind !== 'bad-response') throw new FailureError(problem);
  const known = reject(context, origin, response.text, new Unreadable(`answered with status ${response.status}`));
  throw new FailureError({ ...known.failure, message: problem.message });
}

/** `X-MBX-USED-WEIGHT-1M` as limits: weight, not calls, renewed with each minute of the clock. */
function weightLimits({ headers, receivedAt }: HttpResponse): RateLimits | null {
  const used = headers['x-mbx-used-weight-1m'];
  if (used === undefined || !/^\d{1,9}$/.test(used)) return null;
  return {
    limit: weightPerMinute,
    remaining: Math.max(0, weightPerMinute - Number(used)),
    resetAt: unixMs((Math.floor(receivedAt / minuteMs) + 1) * minuteMs),
    seenAt: receivedAt,
  };
}

/** Documented: 4xx with `{code, msg}`; 403 a limit of their firewall, 418 banned, 429 over the limit (both with `Retry-After`), 451 a barred region. */
function failureOf(response: HttpResponse, asked: URL): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const body = errorBody(text);
  const said = body.msg === '' ? '' : `: ${oneLine(body.msg).replace(/[.\s]+$/, '')}`;
  const detail = `${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim();
  const retryAt = readRetryAfter(headers, null, now);
  if (status >= 300 && status < 400) {
    return failure('bad-response', `${asked.host} answered with a redirect to another address; not followed.`, {
      detail,
      path: '$',
    });
  }
  if (status === 451) {
    return failure('plan', `Binance is not available from your region (${asked.host} refused).`, { detail });
  }
  if (status === 429 || status === 418 || body.code === -1003) {
    const what = status === 418 ? 'has blocked this address for a while for asking too often' : 'asks to slow down';
    return failure('rate-limited', `Binance ${what}.`, { detail, retryAt });
  }
  if (body.code === -1121) return failure('unsupported', `Binance does not know this instrument${said}.`, { detail });
  if (status === 403)
    return failure('rate-limited', 'Binance turned the request away at its firewall; it is asked again later.', {
      detail,
      retryAt,
    });
  if (status >= 500)
    return failure('server', `Binance has a problem on its side (status ${status})${said}.`, { detail, retryAt });
  if (status === 408) return failure('timeout', 'Binance gave up waiting for the request.', { detail });
  if (status === 404 || text.slice(0, 200).trimStart().startsWith('<')) {
    return failure(
      'bad-response',
      `${asked.host} does not answer as Binance does (status ${status}). Check the base URL.`,
      { detail, path: '$' },
    );
  }
  if (status >= 400) return failure('bad-request', `Binance did not accept the request${said}.`, { detail });
  return failure('bad-response', `Binance answered with status ${status}, which Halcyon does not expect.`, {
    detail,
    path: '$',
  });
}

function errorBody(text: string): { code: number; msg: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body))
      return { code: Number(body['code'] ?? 0), msg: typeof body['msg'] === 'string' ? body['msg'] : '' };
  } catch {
    // not JSON: a proxy or firewall answered, the status says enough
  }
  return { code: 0, msg: '' };
}
