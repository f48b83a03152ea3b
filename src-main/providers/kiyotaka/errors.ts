import { failure, type Failure } from '../../contract/failure.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine, redact } from '../../net/redact.ts';
import { isObject, type JsonObject } from '../parse.ts';

/**
 * What an answer that is not 200 means. Documented: `{error, message, retry_after}` (seconds) with 400, 401, 403, 429, 500
 * and 504. `what` is what was asked for, for the sentence about a plan without it.
 */
export function failureOf(response: HttpResponse, asked: URL, what: string): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const body = errorBody(text);
  const words = wordsOf(body);
  const said = words === '' ? '' : `: ${words}`;
  const detail = redact(`${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim());
  const retryAt = readRetryAfter(headers, body?.['retry_after'], now);
  const unexpected = (message: string): Failure => failure('bad-response', message, { detail, path: '$' });
  if (status === 401) {
    return failure(
      'auth',
      `Kiyotaka refused the key${said}. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.`,
      { detail },
    );
  }
  if (status === 429) return failure('rate-limited', `Kiyotaka's weight limit is reached${said}.`, { detail, retryAt });
  if (status >= 500) {
    const late = 'Kiyotaka did not finish the query in time';
    const message = status === 504 ? late : `Kiyotaka has a problem on its side (status ${status})`;
    return failure('server', `${message}${said}.`, { detail, retryAt });
  }
  if (status >= 300 && status < 400) {
    return unexpected(`${asked.host} answered with a redirect; not followed, the key was not sent there.`);
  }
  if (text.slice(0, 200).trimStart().startsWith('<')) {
    return unexpected(`${asked.host} answered with a web page instead of data (status ${status}). Check the base URL.`);
  }
  switch (status) {
    case 400:
    case 422:
      return failure('bad-request', `Kiyotaka did not accept the request${said}.`, { detail });
    case 402:
    case 403:
      return failure('plan', `Your Kiyotaka plan does not include ${lacking(words, what)}${said}.`, { detail });
    case 404:
      return failure('unsupported', `Kiyotaka has nothing at this address${said}. Check the base URL.`, { detail });
    case 408:
      return failure('timeout', 'Kiyotaka gave up waiting for the request.', { detail });
    default:
      return unexpected(`Kiyotaka answered with status ${status}, which Halcyon does not expect.`);
  }
}

/**
 * 403 stands for four things: a type of data, a range too far back, a sum over exchanges, and too many points. Only the
 * message tells which, and its words are inferred.
 */
function lacking(words: string, what: string): string {
  if (/histor|time range|too far back|\bdepth of\b/i.test(words)) return 'data that far back';
  if (/aggregat|multi.?exchange|groupby/i.test(words)) {
    return 'sums over exchanges (set one exchange, Binance or Bybit, in the options)';
  }
  if (/\bpoints?\b/i.test(words)) return 'so many points in one request';
  return what;
}

function errorBody(text: string): JsonObject | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** The provider's own words, without their full stop. */
function wordsOf(body: JsonObject | null): string {
  const message = body?.['message'];
  return typeof message === 'string' ? oneLine(redact(message.slice(0, 2000))).replace(/[.\s]+$/, '') : '';
}
