import { failure, FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { readLimits } from '../../net/told-limits.ts';
import { withoutSecrets } from '../../net/redact.ts';
import { readPayload, reject, sendRecorded, Unreadable } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf } from './errors.ts';

export const providerName = 'Kingfisher';

/** The key as it is sent: what a copy-and-paste added around it is cut off ("verify no extra whitespace"). Throws `auth` without one. */
export function keyOf(context: ProviderContext): string {
  const key = context.secret?.['apiKey']?.trim() ?? '';
  if (key === '') {
    throw new FailureError(failure('auth', 'Kingfisher has no key yet. Add one in Settings → Providers.'));
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new FailureError(
      failure('auth', 'The Kingfisher key contains spaces or characters no key has. Copy it again from the dashboard.'),
    );
  }
  return key;
}

/** One authenticated GET below the base URL, read whole by `read`. Limits are read off every answer, errors included. */
export async function ask<T>(
  context: ProviderContext,
  path: string,
  signal: AbortSignal,
  read: (payload: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const key = keyOf(context);
  const origin = { name: providerName, endpoint: path };
  const headers = { authorization: `Bearer ${key}`, accept: 'application/json' };
  const response = await sendRecorded(context, path, { url: `${context.restUrl}${path}`, headers, signal });
  const limits = readLimits(response.headers, response.receivedAt);
  if (limits !== null) context.onLimits(limits);
  // An answer may echo the key; from here on it is in nothing that is kept, shown or logged.
  const text = withoutSecrets(response.text, [key]);
  if (response.status !== 200) {
    const problem = failureOf({ ...response, text }, new URL(`${context.restUrl}${path}`), limits);
    if (problem.kind !== 'bad-response') throw new FailureError(problem);
    const known = reject(context, origin, text, new Unreadable(`answered with status ${response.status}`));
    throw new FailureError({ ...known.failure, message: problem.message });
  }
  return readPayload(context, origin, text, (payload) => read(payload, response.receivedAt));
}
