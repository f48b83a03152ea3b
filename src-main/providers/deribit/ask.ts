import { FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { isObject, readPayload, reject, sendRecorded, Unreadable } from '../parse.ts';
import { anyNumber } from '../parse/numbers.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf, type Refusal } from './errors.ts';

export const providerName = 'Deribit';

/** One public method over HTTP: `result` of its JSON-RPC answer, read whole by `read`. */
export async function ask<T>(
  context: ProviderContext,
  path: string,
  signal: AbortSignal,
  read: (result: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const endpoint = `/api/v2/public/${path}`;
  const origin = { name: providerName, endpoint };
  const url = `${context.restUrl}${endpoint}`;
  const response = await sendRecorded(context, endpoint, { url, headers: { accept: 'application/json' }, signal });
  if (response.status !== 200) {
    const problem = failureOf(response, new URL(url), errorBody(response.text));
    if (problem.kind !== 'bad-response') throw new FailureError(problem);
    const known = reject(context, origin, response.text, new Unreadable(`answered with status ${response.status}`));
    throw new FailureError({ ...known.failure, message: problem.message });
  }
  const outcome = readPayload<Outcome<T>>(context, origin, response.text, (payload) => {
    const refusal = refusalOf(payload);
    return refusal === null ? { value: read(resultOf(payload), response.receivedAt) } : { refusal };
  });
  if ('value' in outcome) return outcome.value;
  throw new FailureError(failureOf(response, new URL(url), outcome.refusal));
}

type Outcome<T> = { readonly value: T } | { readonly refusal: Refusal };

function resultOf(payload: unknown): unknown {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  return payload['result'];
}

/** `{error: {code, message}}`, which is documented for any status; null where there is none. */
function refusalOf(payload: unknown): Refusal | null {
  const error = isObject(payload) ? payload['error'] : undefined;
  if (error === undefined || error === null) return null;
  if (!isObject(error)) throw new Unreadable('is not an error of a code and a message', '.error');
  const { code, message } = error;
  return { code: anyNumber(code), message: typeof message === 'string' ? message : '' };
}

function errorBody(text: string): Refusal | null {
  try {
    return refusalOf(JSON.parse(text));
  } catch {
    return null; // a proxy or firewall answered, the status says enough
  }
}
