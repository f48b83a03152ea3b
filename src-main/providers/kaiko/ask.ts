import { failure, FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { readLimits } from '../../net/told-limits.ts';
import { withoutSecrets } from '../../net/redact.ts';
import { readPayload, reject, sendRecorded, Unreadable, type PayloadOrigin } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf } from './errors.ts';

const settings = 'Settings → Providers';

/** The key as it is sent, without what a copy-and-paste added around it. Throws `auth` without one. */
function keyOf(context: ProviderContext): string {
  const key = context.secret?.['apiKey']?.trim() ?? '';
  if (key === '') throw new FailureError(failure('auth', `Kaiko has no key yet. Add one in ${settings}.`));
  if (!/^[\x21-\x7e]+$/.test(key)) {
    const message = 'The Kaiko key contains spaces or characters no key has. Copy it again from where you got it.';
    throw new FailureError(failure('auth', message));
  }
  return key;
}

export const originOf = (url: URL): PayloadOrigin => ({ name: 'Kaiko', endpoint: url.pathname });

export interface Answer<T> {
  readonly value: T;
  readonly text: string;
}

/** One authenticated GET, read whole by `read`. The key goes to `url`: it must be of the configured host. */
export async function ask<T>(
  context: ProviderContext,
  url: URL,
  signal: AbortSignal,
  read: (payload: unknown, receivedAt: UnixMs) => T,
): Promise<Answer<T>> {
  const key = keyOf(context);
  const origin = originOf(url);
  const headers = { 'x-api-key': key, accept: 'application/json' };
  const response = await sendRecorded(context, origin.endpoint, { url: url.href, headers, signal });
  const limits = readLimits(response.headers, response.receivedAt);
  if (limits !== null) context.onLimits(limits);
  // An answer may echo the key; from here on it is in nothing that is kept, shown or logged.
  const text = withoutSecrets(response.text, [key]);
  if (response.status !== 200) {
    const problem = failureOf({ ...response, text }, url);
    if (problem.kind !== 'bad-response') throw new FailureError(problem);
    const known = reject(context, origin, text, new Unreadable(`answered with status ${response.status}`));
    throw new FailureError({ ...known.failure, message: problem.message });
  }
  return { value: readPayload(context, origin, text, (payload) => read(payload, response.receivedAt)), text };
}
