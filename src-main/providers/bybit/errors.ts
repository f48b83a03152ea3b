import { failure, type Failure } from '../../contract/failure.ts';
import { unixMs, type UnixMs } from '../../contract/market.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine } from '../../net/redact.ts';

export interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** Documented codes. */
const limited: ReadonlySet<number> = new Set([10006, 10018, 10429]); // too many visits; of this address; of all
const busy: ReadonlySet<number> = new Set([429, 10000, 10016]); // high load; server timeout; server error
const barred: ReadonlySet<number> = new Set([10009, 10024]); // address banned; barred by compliance rules
const badParameters = 10001;

/** Documented for a 403: "access too frequent", to be left alone for ten minutes; barred regions have the same status. */
export const bannedMs = 10 * 60_000;

/** What a code other than 0, or a status other than 200, means. Codes come with any status, mostly 200. */
export function failureOf(response: HttpResponse, asked: URL, refusal: Refusal | null): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const words = oneLine(refusal?.message ?? '').replace(/[.\s]+$/, '');
  const said = words === '' ? '' : `: ${words}`;
  const detail = `${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim();
  const code = refusal?.code ?? 0;
  if (status >= 300 && status < 400) {
    const message = `${asked.host} answered with a redirect to another address; not followed.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  // The page that the venue's network shows to barred countries; it has no code.
  const isBarred = barred.has(code) || status === 451 || (status === 403 && /country|restricted/i.test(text));
  if (isBarred) return failure('plan', `Bybit is not available from your region (${asked.host} refused).`, { detail });
  if (limited.has(code) || status === 429) {
    return failure('rate-limited', 'Bybit asks to slow down.', { detail, retryAt: resetOf(response) });
  }
  if (status === 403) {
    const retryAt = readRetryAfter(headers, null, now) ?? unixMs(now + bannedMs);
    const message = /frequent/i.test(text)
      ? 'Bybit has blocked this address for a while for asking too often.'
      : 'Bybit refused the request: it was asked too often, or it is not available from your region.';
    return failure('rate-limited', message, { detail, retryAt });
  }
  if (busy.has(code) || status >= 500) {
    const retryAt = readRetryAfter(headers, null, now);
    return failure('server', `Bybit has a problem on its side (${codeOrStatus(code, status)})${said}.`, {
      detail,
      retryAt,
    });
  }
  if (code === badParameters && /symbol/i.test(words)) {
    return failure('unsupported', `Bybit does not know this instrument${said}.`, { detail });
  }
  if (status === 408) return failure('timeout', 'Bybit gave up waiting for the request.', { detail });
  if (refusal === null && (status === 404 || text.slice(0, 200).trimStart().startsWith('<'))) {
    const message = `${asked.host} does not answer as Bybit does (status ${status}). Check the base URL.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  if (refusal !== null || status >= 400) {
    return failure('bad-request', `Bybit did not accept the request${said}.`, { detail });
  }
  const message = `Bybit answered with status ${status}, which Halcyon does not expect.`;
  return failure('bad-response', message, { detail, path: '$' });
}

const codeOrStatus = (code: number, status: number): string => (code === 0 ? `status ${status}` : `code ${code}`);

/** `X-Bapi-Limit-Reset-Timestamp` in milliseconds, else `Retry-After`. */
function resetOf({ headers, receivedAt: now }: HttpResponse): UnixMs | null {
  const reset = headers['x-bapi-limit-reset-timestamp'] ?? '';
  const resetAt = /^\d{13}$/.test(reset) ? Number(reset) : NaN;
  return resetAt > now ? unixMs(resetAt) : readRetryAfter(headers, null, now);
}
