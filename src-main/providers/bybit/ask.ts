import { FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { at, isObject, readPayload, reject, sendRecorded, Unreadable, type JsonObject } from '../parse.ts';
import { anyNumber } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf, type Refusal } from './errors.ts';

export const providerName = 'Bybit';

/** When an answer was made, by the venue's clock, and when it came. */
export interface Moment {
  readonly time: UnixMs;
  readonly receivedAt: UnixMs;
}

/** One GET below `/v5/market`: `result` of its envelope, read whole by `read`. */
export async function ask<T>(
  context: ProviderContext,
  path: string,
  signal: AbortSignal,
  read: (result: JsonObject, moment: Moment) => T,
): Promise<T> {
  const endpoint = `/v5/market/${path}`;
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
    const envelope = readEnvelope(payload);
    if (envelope.refusal !== null) return { refusal: envelope.refusal };
    const moment = { time: at('.time', () => time(envelope.time)), receivedAt: response.receivedAt };
    return { value: at('.result', () => read(objectOf(envelope.result), moment)) };
  });
  if ('value' in outcome) return outcome.value;
  throw new FailureError(failureOf(response, new URL(url), outcome.refusal));
}

type Outcome<T> = { readonly value: T } | { readonly refusal: Refusal };

/** `{retCode, retMsg, result, retExtInfo, time}`; a code other than 0 is a refusal, whatever the status. */
function readEnvelope(payload: unknown) {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const { retCode, retMsg, result, time: made } = payload;
  const code = at('.retCode', () => anyNumber(retCode));
  const refusal: Refusal | null = code === 0 ? null : { code, message: typeof retMsg === 'string' ? retMsg : '' };
  return { refusal, result, time: made };
}

function objectOf(result: unknown): JsonObject {
  if (!isObject(result)) throw new Unreadable('is missing or not an object');
  return result;
}

function errorBody(text: string): Refusal | null {
  try {
    return readEnvelope(JSON.parse(text)).refusal;
  } catch {
    return null; // a proxy or firewall answered, the status says enough
  }
}
