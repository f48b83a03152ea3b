import { failure, type Failure } from '../../contract/failure.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine } from '../../net/redact.ts';

export interface Refusal {
  readonly code: number;
  readonly message: string;
}

/** Documented codes of what passes by itself. */
const busy: ReadonlySet<number> = new Set([
  10040, // retry
  10041, // settlement_in_progress
  10047, // matching_engine_queue_full
  11051, // system_maintenance
  11094, // internal_server_error
  13888, // timed_out
]);
const tooManyRequests = 10028;
const invalidParams = -32602;

/** What an error, or a status other than 200, means. The documents name the codes; what comes without one is judged by its status. */
export function failureOf(response: HttpResponse, asked: URL, refusal: Refusal | null): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const words = oneLine(refusal?.message ?? '').replace(/[.\s]+$/, '');
  const said = words === '' ? '' : `: ${words}`;
  const detail = `${asked.pathname}: status ${status} ${oneLine(text, 200)}`.trim();
  const retryAt = readRetryAfter(headers, null, now);
  const code = refusal?.code ?? 0;
  if (status >= 300 && status < 400) {
    const message = `${asked.host} answered with a redirect to another address; not followed.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  if (code === tooManyRequests || status === 429) {
    return failure('rate-limited', 'Deribit asks to slow down.', { detail, retryAt });
  }
  if (busy.has(code) || status >= 500) {
    return failure('server', `Deribit has a problem on its side (status ${status})${said}.`, { detail, retryAt });
  }
  if (code === invalidParams) return failure('bad-request', `Deribit did not accept the request${said}.`, { detail });
  if (status === 408) return failure('timeout', 'Deribit gave up waiting for the request.', { detail });
  // Inferred: public methods know no key, so a refusal without a code comes from what stands before them.
  if (refusal === null && (status === 401 || status === 403 || status === 451)) {
    return failure('plan', `Deribit does not answer from your network or region (${asked.host} refused).`, { detail });
  }
  if (refusal === null && (status === 404 || text.slice(0, 200).trimStart().startsWith('<'))) {
    const message = `${asked.host} does not answer as Deribit does (status ${status}). Check the base URL.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  if (refusal !== null || status >= 400) {
    return failure('bad-request', `Deribit did not accept the request${said}.`, { detail });
  }
  const message = `Deribit answered with status ${status}, which Halcyon does not expect.`;
  return failure('bad-response', message, { detail, path: '$' });
}
