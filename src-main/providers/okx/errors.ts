import { failure, type Failure, type FailureKind } from '../../contract/failure.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine } from '../../net/redact.ts';
import { isObject } from '../parse.ts';

/** Documented codes of public endpoints; they come with status 200 or with one of 4xx and 5xx. */
const kinds: Readonly<Record<string, FailureKind>> = {
  '50001': 'server', // service temporarily unavailable
  '50004': 'timeout', // endpoint request timeout
  '50011': 'rate-limited',
  '50013': 'server', // systems are busy
  '50026': 'server', // system error
  '50061': 'rate-limited',
  '51001': 'unsupported', // instrument does not exist
  '51027': 'unsupported', // contract expired
};

/** Null: an answer to read. Otherwise what it means, as one sentence. */
export function failureOf(response: HttpResponse, asked: URL): Failure | null {
  const { status, text, headers, receivedAt: now } = response;
  const { code, msg } = errorBody(text);
  const said = msg === '' ? '' : `: ${oneLine(msg).replace(/[.\s]+$/, '')}`;
  const detail = `${asked.pathname}: status ${status} code ${code} ${oneLine(text, 200)}`.trim();
  if (status === 200 && (code === '' || code === '0')) return null;
  if (status >= 300 && status < 400) {
    return failure('bad-response', `${asked.host} answered with a redirect to another address; not followed.`, {
      detail,
      path: '$',
    });
  }
  const retryAt = readRetryAfter(headers, null, now);
  const kind = kinds[code] ?? (status === 429 ? 'rate-limited' : undefined);
  if (kind === 'rate-limited') return failure(kind, 'OKX asks to slow down.', { detail, retryAt });
  if (kind === 'unsupported') return failure(kind, `OKX does not know this instrument${said}.`, { detail });
  if (kind === 'timeout' || status === 408) {
    return failure('timeout', 'OKX gave up waiting for the request.', { detail, retryAt });
  }
  if (kind === 'server') return failure(kind, `OKX has a problem on its side${said}.`, { detail, retryAt });
  // Inferred: neither status is documented for public data.
  if (status === 451) {
    return failure('plan', `OKX is not available from your region (${asked.host} refused).`, { detail });
  }
  if (status === 403) {
    return failure('rate-limited', 'OKX turned the request away at its firewall; it is asked again later.', {
      detail,
      retryAt,
    });
  }
  if (status >= 500) {
    return failure('server', `OKX has a problem on its side (status ${status})${said}.`, { detail, retryAt });
  }
  if (status === 404 || text.slice(0, 200).trimStart().startsWith('<')) {
    return failure(
      'bad-response',
      `${asked.host} does not answer as OKX does (status ${status}). Check the base URL.`,
      {
        detail,
        path: '$',
      },
    );
  }
  if (status >= 400 || status === 200) {
    return failure('bad-request', `OKX did not accept the request${said}.`, { detail });
  }
  return failure('bad-response', `OKX answered with status ${status}, which Halcyon does not expect.`, {
    detail,
    path: '$',
  });
}

/** Only five digits make a code: anything else in its place is an answer to be read, and refused there. */
function errorBody(text: string): { code: string; msg: string } {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) {
      const code = String(body['code'] ?? '');
      return { code: /^\d{5}$/.test(code) ? code : '', msg: typeof body['msg'] === 'string' ? body['msg'] : '' };
    }
  } catch {
    // not JSON: the status, or the reader of the answer, says enough
  }
  return { code: '', msg: '' };
}
