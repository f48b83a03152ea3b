import { FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { at, isObject, readPayload, reject, sendRecorded, Unreadable } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf } from './errors.ts';

export const providerName = 'OKX';

/**
 * One GET below the base URL. An answer is `{code, msg, data}`; `read` is given `data`. With status 200, too, a code other
 * than "0" is an error.
 */
export async function ask<T>(
  context: ProviderContext,
  path: string,
  signal: AbortSignal,
  read: (data: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const origin = { name: providerName, endpoint: path };
  const headers = { accept: 'application/json' };
  const response = await sendRecorded(context, path, { url: `${context.restUrl}${path}`, headers, signal });
  const problem = failureOf(response, new URL(`${context.restUrl}${path}`));
  if (problem === null) {
    return readPayload(context, origin, response.text, (payload) => {
      if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
      if (String(payload['code']) !== '0') throw new Unreadable('is missing or not a code', '.code');
      return at('.data', () => read(payload['data'], response.receivedAt));
    });
  }
  if (problem.kind !== 'bad-response') throw new FailureError(problem);
  const known = reject(context, origin, response.text, new Unreadable(`answered with status ${response.status}`));
  throw new FailureError({ ...known.failure, message: problem.message });
}

/** `data` of endpoints that answer with one row for the instrument that was asked for. */
export function onlyRow<T>(data: unknown, instId: string, read: (row: Readonly<Record<string, unknown>>) => T): T {
  if (!Array.isArray(data)) throw new Unreadable('is missing or not a list');
  const rows: readonly unknown[] = data;
  if (rows.length === 0) throw new Unreadable('is empty');
  return at('[0]', () => {
    const row = rows[0];
    if (!isObject(row)) throw new Unreadable('is not an object');
    if (row['instId'] !== instId) throw new Unreadable(`is not ${instId}, which was asked for`, '.instId');
    return read(row);
  });
}
