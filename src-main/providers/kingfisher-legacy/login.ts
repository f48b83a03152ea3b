import { failure, FailureError } from '../../contract/failure.ts';
import { readLimits } from '../../net/told-limits.ts';
import { redact, withoutSecrets } from '../../net/redact.ts';
import { asUnreadable, isObject, parseJson, reject, sendRecorded, Unreadable } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf, isOk, providerName, refusedLogin } from './errors.ts';

const endpoint = '/api/auth/login';
const longestToken = 8192;

interface Credentials {
  readonly login: string;
  readonly password: string;
  /** Both, also as a form spells them. */
  readonly secrets: readonly string[];
}

/** What a copy-and-paste added around them is cut off; a space may belong to a password. Throws `auth` without one. */
export function credentialsOf(context: ProviderContext): Credentials {
  const login = context.secret?.['login']?.trim() ?? '';
  const password = context.secret?.['password']?.replace(/^[\r\n]+|[\r\n]+$/g, '') ?? '';
  if (login === '' || password.trim() === '') {
    const message = `${providerName} has no login and password yet. Add them in Settings → Providers.`;
    throw new FailureError(failure('auth', message));
  }
  return { login, password, secrets: [login, password].flatMap((secret) => [secret, formEncoded(secret)]) };
}

const formEncoded = (value: string): string => new URLSearchParams({ '': value }).toString().slice(1);

/** One login: form encoded, answered with `{token}`. Nothing of a good answer is kept but the token, and that in memory. */
export async function logIn(context: ProviderContext, signal: AbortSignal): Promise<string> {
  const { login, password, secrets } = credentialsOf(context);
  const url = `${context.restUrl}${endpoint}`;
  const response = await sendRecorded(context, endpoint, {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ login, password }).toString(),
    signal,
  });
  const limits = readLimits(response.headers, response.receivedAt);
  if (limits !== null) context.onLimits(limits);
  const origin = { name: providerName, endpoint };
  // Here a password is cut however short it is: nothing of this text is read as data.
  const text = withoutSecrets(response.text, secrets).replaceAll(password, '•••');
  const refusal = refusedLogin({ ...response, text });
  if (refusal !== null) throw new FailureError(refusal);
  if (!isOk(response)) {
    const problem = failureOf({ ...response, text }, new URL(url));
    if (problem.kind !== 'bad-response') throw new FailureError(problem);
    const known = reject(context, origin, outlineOf(text), new Unreadable(`answered with status ${response.status}`));
    throw new FailureError({ ...known.failure, message: problem.message });
  }
  try {
    return readToken(parseJson(response.text));
  } catch (thrown) {
    throw reject(context, origin, outlineOf(text), asUnreadable(thrown));
  }
}

function readToken(payload: unknown): string {
  if (!isObject(payload)) throw new Unreadable('answered the login with something other than an object');
  const { token } = payload;
  if (token === undefined) throw new Unreadable('is missing in the answer to the login', '.token');
  // It becomes a header, so it must be one word of plain characters.
  const isUsable = typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) && token.length <= longestToken;
  if (!isUsable) throw new Unreadable('is not a usable token', '.token');
  return token;
}

/**
 * What may be kept of an answer to a login: a token may be anywhere in it, so only its fields and their types. A web page
 * holds none and is kept.
 */
function outlineOf(text: string): string {
  if (text.slice(0, 200).trimStart().startsWith('<')) return redact(text);
  const size = `${text.length} characters, not kept: an answer to a login may hold a token`;
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return text.trim() === '' ? '' : `(${size})`;
  }
  if (!isObject(payload)) return `(${size})`;
  const fields = Object.entries(payload).slice(0, 50);
  const isName = (key: string): boolean => /^\w{1,40}$/.test(key);
  return JSON.stringify(
    Object.fromEntries(fields.map(([key, value]) => [isName(key) ? key : '(a name)', `(${typeof value})`])),
  );
}
