import { failure, type Failure } from '../../contract/failure.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine, redact } from '../../net/redact.ts';
import { isObject, type JsonObject } from '../parse.ts';

/**
 * What an answer that is not 200 means. Documented: 400, 401, 403 ("you don't have access to the requested resource"), 404,
 * 405, 406, 429, 500 and 503, with `{result: "error", message}`; waiting times are not, and are read where they come.
 */
export function failureOf(response: HttpResponse, asked: URL): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const body = errorBody(text);
  const said = wordsOf(body);
  const detail = redact(`${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim());
  const { host } = asked;
  if (status >= 300 && status < 400) {
    const message = `${host} answered with a redirect; not followed, the key was not sent on.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  if (status === 401 || (status === 403 && isAboutKey(body))) {
    return failure(
      'auth',
      `Kaiko refused the key${said}. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.`,
      { detail },
    );
  }
  if (text.slice(0, 200).trimStart().startsWith('<') && status < 500 && status !== 429) {
    const message = `${host} answered with a web page instead of data (status ${status}). Check the base URL.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  if (status === 402 || status === 403) {
    const message = `Your Kaiko plan does not include token-level liquidation volumes, or not for this asset or range${said}.`;
    return failure('plan', message, { detail });
  }
  if (status === 400 || status === 422) {
    return failure('bad-request', `Kaiko did not accept the request${said}.`, { detail });
  }
  if (status === 404) {
    const message = `Kaiko has nothing at this address${said}: the asset may not be covered, or the base URL is wrong.`;
    return failure('unsupported', message, { detail });
  }
  if (status === 408) return failure('timeout', 'Kaiko gave up waiting for the request.', { detail });
  const retryAt = readRetryAfter(headers, body?.['retry_after'], now);
  if (status === 429) return failure('rate-limited', `Kaiko’s call limit is reached${said}.`, { detail, retryAt });
  if (status >= 500) {
    return failure('server', `Kaiko has a problem on its side (status ${status})${said}.`, { detail, retryAt });
  }
  const message = `Kaiko answered with status ${status}, which Halcyon does not expect.`;
  return failure('bad-response', message, { detail, path: '$' });
}

/** The provider's own words, to be put before a full stop: `: Invalid interval`. Empty without any. */
export function wordsOf(body: JsonObject | null): string {
  const message = body?.['message'];
  if (typeof message !== 'string' || message.trim() === '') return '';
  return `: ${oneLine(redact(message.slice(0, 2000))).replace(/[.\s]+$/, '')}`;
}

/** Inferred: a 403 whose words blame the key itself is a refused key, not a plan. */
function isAboutKey(body: JsonObject | null): boolean {
  const message = body?.['message'];
  if (typeof message !== 'string') return false;
  const words = message.slice(0, 2000);
  return (
    /\b(invalid|expired|unknown|revoked|missing|incorrect)\b/i.test(words) && /\b(api[ _-]?key|key)\b/i.test(words)
  );
}

function errorBody(text: string): JsonObject | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}
