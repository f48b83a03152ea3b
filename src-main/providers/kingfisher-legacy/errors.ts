import { failure, type Failure } from '../../contract/failure.ts';
import { readRetryAfter } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { oneLine, redact } from '../../net/redact.ts';
import { isObject, type JsonObject } from '../parse.ts';

export const providerName = 'Kingfisher legacy';

/* No errors are documented: what a status means is inferred throughout, and the body is only asked for its words. */

/** Any 2xx: frameworks answer a POST with 201 as readily as with 200. */
export const isOk = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

const namesToken = /\b(token|jwt|bearer)\b/i;
const namesPlan = /\b(plan|subscription|subscribe|upgrade|tier)\b/i;

/** The token is no longer taken: 401, or a 403 that speaks of the token and not of a plan. */
export function isTokenRefused(response: HttpResponse): boolean {
  if (response.status === 401) return true;
  if (response.status !== 403 || isPage(response.text)) return false;
  const words = wordsOf(response.text) ?? response.text.slice(0, 2000);
  return namesToken.test(words) && !namesPlan.test(words);
}

export function tokenRefusedAgain(response: HttpResponse): Failure {
  const message = `${providerName} refused its own token right after a new login${said(response.text)}. Check in Settings → Providers that this account has API access.`;
  return failure('auth', message, { detail: detailOf(response) });
}

const namesCredentials = /\b(password|credentials?|login|user(name)?|e-?mail|account)\b/i;
const namesRefusal = /invalid|wrong|incorrect|fail|denied|unknown|not found|does not exist|mismatch|not match/i;

/** Null when the answer is not a refusal of login or password. Which statuses say so is inferred; a web page says nothing. */
export function refusedLogin(response: HttpResponse): Failure | null {
  const { text } = response;
  if (!isRefusal(response, wordsOf(text) ?? '')) return null;
  const message = `${providerName} refused the login or the password${said(text)}. Enter them again in Settings → Providers; Halcyon does not use these again by itself.`;
  return failure('auth', message, { detail: `login: status ${response.status}` });
}

function isRefusal(response: HttpResponse, words: string): boolean {
  const { status, text } = response;
  if (status === 401) return true;
  if (isPage(text)) return false;
  const isSaid = namesCredentials.test(words) && namesRefusal.test(words);
  if (isOk(response)) return isSaid && bodyOf(text)?.['token'] === undefined;
  if (status === 403) return !namesPlan.test(words);
  return status === 400 || status === 422 || (status === 404 && isSaid);
}

/** What an answer that is neither 2xx nor a refused token means. */
export function failureOf(response: HttpResponse, asked: URL): Failure {
  const { status, text, headers, receivedAt: now } = response;
  const detail = `${asked.pathname}: ${detailOf(response)}`;
  const words = said(text);
  if (status >= 300 && status < 400)
    return failure('bad-response', redirected(headers['location'], asked), { detail, path: '$' });
  if (isPage(text) && status < 500 && status !== 429) {
    const message = `${asked.host} answered with a web page instead of data (status ${status}). Check the base URL.`;
    return failure('bad-response', message, { detail, path: '$' });
  }
  if (status === 402 || status === 403) {
    const message = `Your Kingfisher account does not include these maps${words}. API access is applied for on the dashboard.`;
    return failure('plan', message, { detail });
  }
  if (status === 400 || status === 422) {
    return failure('bad-request', `${providerName} did not accept the request${words}.`, { detail });
  }
  if (status === 404) {
    const message = `${providerName} has nothing at this address${words}: the exchange, pair or leverage class may not be covered, or the base URL is wrong.`;
    return failure('unsupported', message, { detail });
  }
  if (status === 408) return failure('timeout', `${providerName} gave up waiting for the request.`, { detail });
  const retryAt = readRetryAfter(headers, bodyOf(text)?.['retry_after'], now);
  if (status === 429) return failure('rate-limited', `${providerName} asks to slow down${words}.`, { detail, retryAt });
  if (status >= 500) {
    const message = `${providerName} has a problem on its side (status ${status})${words}.`;
    return failure('server', message, { detail, retryAt });
  }
  const message = `${providerName} answered with status ${status}, which Halcyon does not expect.`;
  return failure('bad-response', message, { detail, path: '$' });
}

const isPage = (text: string): boolean => text.slice(0, 200).trimStart().startsWith('<');

const detailOf = ({ status, text }: HttpResponse): string => redact(`status ${status} ${oneLine(text, 200)}`.trim());

function redirected(location: string | undefined, asked: URL): string {
  const target = location !== undefined && URL.canParse(location, asked.href) ? new URL(location, asked.href) : null;
  const where = target === null || target.host !== asked.host ? 'to another host' : 'to another address';
  return `${asked.host} answered with a redirect ${where}; not followed, nothing secret was sent there.`;
}

function bodyOf(text: string): JsonObject | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** The words of an error under the names such bodies use; null when there are none. */
function wordsOf(text: string): string | null {
  const body = bodyOf(text);
  const inner = isObject(body?.['error']) ? body['error'] : body;
  for (const value of [inner?.['message'], inner?.['error'], inner?.['msg'], inner?.['detail']]) {
    if (typeof value === 'string' && value.trim() !== '') return value.slice(0, 2000);
  }
  return null;
}

/** The same, to be put before a full stop: `: Unknown pair`. */
function said(text: string): string {
  const words = wordsOf(text);
  return words === null ? '' : `: ${oneLine(redact(words)).replace(/[.\s]+$/, '')}`;
}
