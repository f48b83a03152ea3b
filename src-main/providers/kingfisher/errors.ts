import { failure, type Failure } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { RateLimits } from '../../contract/provider-status.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine, redact } from '../../net/redact.ts';
import { isObject, type JsonObject } from '../parse.ts';

/**
 * What an answer that is not 200 means. Documented: 400, 401, 429 and 500 with `{error, message, code}`, 429 also with
 * `retry_after` in seconds. 403 as "not in the plan" and the others are inferred.
 */
export function failureOf(response: HttpResponse, asked: URL, limits: RateLimits | null): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const body = errorBody(text);
  const said = sentenceOf(body);
  const detail = redact(`${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim());
  const host = asked.host;
  const isPage = text.slice(0, 200).trimStart().startsWith('<');
  if (status >= 300 && status < 400)
    return failure('bad-response', redirected(headers['location'], asked), { detail, path: '$' });
  if (status === 401) {
    return failure(
      'auth',
      `Kingfisher refused the key${said}. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.`,
      { detail },
    );
  }
  if (isPage && status < 500 && status !== 429) {
    return failure(
      'bad-response',
      `${host} answered with a web page instead of data (status ${status}). Check the base URL.`,
      { detail, path: '$' },
    );
  }
  if (status === 402 || status === 403) {
    return failure('plan', `Your Kingfisher plan does not include this${said}.`, { detail });
  }
  if (status === 400 || status === 422)
    return failure('bad-request', `Kingfisher did not accept the request${said}.`, { detail });
  if (status === 404)
    return failure(
      'unsupported',
      `Kingfisher has nothing at this address${said}: the asset may not be covered, or the base URL is wrong.`,
      { detail },
    );
  if (status === 408) return failure('timeout', 'Kingfisher gave up waiting for the request.', { detail });
  if (status === 429) {
    const spent = limits?.remaining === 0 ? limits.resetAt : null;
    const retryAt =
      readRetryAfter(headers, body?.['retry_after'], now) ?? (spent !== null && spent > now ? spent : null);
    return failure('rate-limited', `Kingfisher's call limit is reached${said}.`, { detail, retryAt });
  }
  if (status >= 500) {
    const retryAt = readRetryAfter(headers, body?.['retry_after'], now);
    return failure('server', `Kingfisher has a problem on its side (status ${status})${said}.`, { detail, retryAt });
  }
  return failure('bad-response', `Kingfisher answered with status ${status}, which Halcyon does not expect.`, {
    detail,
    path: '$',
  });
}

const errorMarks: ReadonlySet<string> = new Set(['error', 'failed', 'failure', 'denied', 'unauthorized', 'forbidden']);

/**
 * An error inside a stream message (inferred: the same body as over REST, perhaps below `error` or `data`); null when the
 * message is none. A code says what it is; its words are asked only where it has none. A refused key and a plan without
 * the stream end the stream; a limit delays it.
 */
export function streamErrorOf(message: JsonObject, now: UnixMs): Failure | null {
  const { error, data } = message;
  const body: JsonObject = isObject(error) ? error : isObject(data) ? { ...message, ...data } : message;
  const code = statusIn(body) ?? statusIn(message);
  const marks = [message['type'], message['event'], message['status'], message['action'], message['channel']];
  const isError = (error !== undefined && error !== null && error !== false) || message['success'] === false;
  const isMarked = marks.some((mark) => typeof mark === 'string' && errorMarks.has(mark.toLowerCase()));
  if (!isError && !isMarked && code === null) return null;
  const said = sentenceOf(body);
  const words = [body['error'], body['message']]
    .filter((word) => typeof word === 'string')
    .join(' ')
    .slice(0, 2000)
    .replaceAll('_', ' ');
  const detail = redact(oneLine(`stream error ${code ?? 'without code'} ${words}`));
  switch (code ?? statusOf(words)) {
    case 402:
    case 403:
      return failure('plan', `Your Kingfisher plan does not include the stream${said}.`, { detail });
    case 401:
      return failure(
        'auth',
        `Kingfisher refused the key${said}. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.`,
        { detail },
      );
    case 429: {
      const retryAt = readRetryAfter({}, body['retry_after'], now);
      return failure('rate-limited', `Kingfisher limits the stream${said}.`, { detail, retryAt });
    }
    default:
      if (code !== null && code >= 500)
        return failure('server', `Kingfisher's stream has a problem on its side${said}.`, { detail });
      return failure('bad-request', `Kingfisher did not accept a stream request${said}.`, { detail });
  }
}

/** A status of HTTP that says what went wrong, as number or digits, under one of its two names. */
function statusIn(body: JsonObject): number | null {
  for (const value of [body['code'], body['status']]) {
    const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
    if (typeof status === 'number' && status >= 400 && status < 600) return status;
  }
  return null;
}

/** The status that words without one most likely stand for. */
function statusOf(words: string): 401 | 403 | null {
  if (/\b(plan|elite|subscription|upgrade|tier)\b|forbidden/i.test(words)) return 403;
  if (/unauthori[sz]ed|authenticat(ed|ion)|invalid.?(api.?)?key/i.test(words)) return 401;
  return null;
}

function redirected(location: string | undefined, asked: URL): string {
  const target = location !== undefined && URL.canParse(location, asked.href) ? new URL(location, asked.href) : null;
  const where = target === null || target.host !== asked.host ? 'to another host' : 'to another address';
  return `${asked.host} answered with a redirect ${where}; not followed, the key was not sent there.`;
}

function errorBody(text: string): JsonObject | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** The provider's own words, to be put before a full stop: `: Invalid timeframe specified`. */
function sentenceOf(body: JsonObject | null): string {
  const message = body?.['message'];
  if (typeof message !== 'string' || message.trim() === '') return '';
  return `: ${oneLine(redact(message.slice(0, 2000))).replace(/[.\s]+$/, '')}`;
}
