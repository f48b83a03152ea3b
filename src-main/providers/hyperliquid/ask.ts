import { FailureError } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { readPayload, reject, sendRecorded, Unreadable, type PayloadOrigin } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf } from './errors.ts';

export const providerName = 'Hyperliquid';

/** A question to `/info`. */
export interface InfoRequest {
  readonly type: 'metaAndAssetCtxs' | 'candleSnapshot';
  readonly req?: Readonly<Record<string, string | number>>;
}

/** All questions have one path; the record names the question, too. */
export const originOf = ({ type }: InfoRequest): PayloadOrigin => ({ name: providerName, endpoint: `/info ${type}` });

/** One `POST /info`, read whole by `read`. */
export async function ask<T>(
  context: ProviderContext,
  question: InfoRequest,
  signal: AbortSignal,
  read: (payload: unknown, receivedAt: UnixMs, text: string) => T,
): Promise<T> {
  const origin = originOf(question);
  const url = `${context.restUrl}/info`;
  const response = await sendRecorded(context, origin.endpoint, {
    url,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal,
  });
  const { status, text, receivedAt } = response;
  if (status !== 200) {
    const problem = failureOf(response, new URL(url));
    if (problem.kind !== 'bad-response') throw new FailureError(problem);
    const known = reject(context, origin, text, new Unreadable(`answered with status ${status}`));
    throw new FailureError({ ...known.failure, message: problem.message });
  }
  return readPayload(context, origin, text, (payload) => read(payload, receivedAt, text));
}
