import { failure, type Failure } from '../../contract/failure.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine, redact } from '../../net/redact.ts';

/**
 * What an answer that is not 200 means. Documented is only that an address has 1,200 of weight a minute (429); that a
 * body which is no request is refused with 422 and words, and that an unknown coin ends as 500 with `null`, is inferred.
 */
export function failureOf({ status, text, headers, receivedAt: now }: HttpResponse, asked: URL): Failure {
  const isPage = text.slice(0, 200).trimStart().startsWith('<');
  const said = isPage ? '' : sentenceOf(text);
  const detail = redact(`${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim());
  const asOthers = { detail, path: '$' };
  if (status >= 300 && status < 400) {
    return failure(
      'bad-response',
      `${asked.host} answered with a redirect to another address; not followed.`,
      asOthers,
    );
  }
  if (status === 429) {
    const retryAt = readRetryAfter(headers, null, now);
    return failure('rate-limited', 'Hyperliquid asks to slow down.', { detail, retryAt });
  }
  if (status === 451 || (status === 403 && /country|restricted|region/i.test(text))) {
    return failure('plan', `Hyperliquid is not available from your region (${asked.host} refused).`, { detail });
  }
  if (status === 401) {
    const message = `${asked.host} asks for a key, which Hyperliquid does not. Check the base URL.`;
    return failure('auth', message, { detail });
  }
  if (status === 403) {
    const retryAt = readRetryAfter(headers, null, now);
    const message = 'Hyperliquid turned the request away at its firewall; it is asked again later.';
    return failure('rate-limited', message, { detail, retryAt });
  }
  if (status === 408) return failure('timeout', 'Hyperliquid gave up waiting for the request.', { detail });
  if (status >= 500) {
    const retryAt = readRetryAfter(headers, null, now);
    return failure('server', `Hyperliquid has a problem on its side (status ${status})${said}.`, { detail, retryAt });
  }
  if (status === 404 || status === 405 || isPage) {
    const message = `${asked.host} does not answer as Hyperliquid does (status ${status}). Check the base URL.`;
    return failure('bad-response', message, asOthers);
  }
  if (status >= 400) return failure('bad-request', `Hyperliquid did not accept the request${said}.`, { detail });
  const message = `Hyperliquid answered with status ${status}, which Halcyon does not expect.`;
  return failure('bad-response', message, asOthers);
}

/** The venue's own words, plain text or a JSON text, to be put before a full stop. */
function sentenceOf(text: string): string {
  const words = oneLine(redact(text.slice(0, 2000)), 200)
    .replace(/^"|"$/g, '')
    .replace(/[.\s]+$/, '');
  return words === '' || words === 'null' || words.startsWith('{') ? '' : `: ${words}`;
}
