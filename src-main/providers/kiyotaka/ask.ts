import { failure, FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { readLimits } from '../../net/told-limits.ts';
import { withoutSecrets } from '../../net/redact.ts';
import { readPayload, reject, sendRecorded, Unreadable } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf } from './errors.ts';

export const providerName = 'Kiyotaka';

export interface Question {
  /** Below the base URL, with its query. */
  readonly path: string;
  /** What a plan without it lacks: `the liquidation heatmap (Advanced or Enterprise)`. */
  readonly what: string;
  readonly maxBytes?: number;
}

/** Their own limit is 30 seconds, after which they answer 504 themselves; a large body may take as long again. */
const timeoutMs = 40_000;

/** One authenticated GET, read whole by `read`. Limits are read off every answer that carries them (inferred: none may). */
export async function ask<T>(
  context: ProviderContext,
  { path, what, maxBytes }: Question,
  signal: AbortSignal,
  read: (payload: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const key = keyOf(context);
  const origin = { name: providerName, endpoint: path };
  const response = await sendRecorded(context, path, {
    url: `${context.restUrl}${path}`,
    headers: { 'x-kiyotaka-key': key, accept: 'application/json' },
    timeoutMs,
    signal,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const limits = readLimits(response.headers, response.receivedAt);
  if (limits !== null) context.onLimits(limits);
  const text = withoutSecrets(response.text, [key]);
  if (response.status === 200) {
    return readPayload(context, origin, text, (payload) => read(payload, response.receivedAt));
  }
  const problem = failureOf({ ...response, text }, new URL(`${context.restUrl}${path}`), what);
  if (problem.kind !== 'bad-response') throw new FailureError(problem);
  const known = reject(context, origin, text, new Unreadable(`answered with status ${response.status}`));
  throw new FailureError({ ...known.failure, message: problem.message });
}

function keyOf(context: ProviderContext): string {
  const key = context.secret?.['apiKey']?.trim() ?? '';
  if (key === '') {
    throw new FailureError(failure('auth', 'Kiyotaka has no key yet. Add one in Settings → Providers.'));
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new FailureError(
      failure('auth', 'The Kiyotaka key contains spaces or characters no key has. Copy it again from your account.'),
    );
  }
  return key;
}
