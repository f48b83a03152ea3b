import { FailureError, type Failure } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { readLimits } from '../../net/told-limits.ts';
import type { HttpResponse } from '../../net/http.ts';
import { withoutSecrets } from '../../net/redact.ts';
import { readPayload, reject, sendRecorded, Unreadable } from '../parse.ts';
import type { ProviderContext } from '../provider.ts';
import { failureOf, isOk, isTokenRefused, providerName, tokenRefusedAgain } from './errors.ts';
import type { Session } from './session.ts';

export interface Question {
  readonly endpoint: string;
  /** Sent as JSON. */
  readonly body: object;
  /** What a failure at this endpoint comes down to; those of the login are not its own. */
  readonly explain?: (reason: Failure) => Failure;
}

/** One question with the session's token. A refused token is replaced once, silently; refused again it is `auth`. */
export async function ask<T>(
  context: ProviderContext,
  session: Session,
  question: Question,
  signal: AbortSignal,
  read: (payload: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const token = await session.token(signal);
  const response = await send(context, session, question, token, signal);
  if (!isTokenRefused(response)) return readAnswer(context, question, response, read);
  const renewed = await session.renewed(token, signal);
  const second = await send(context, session, question, renewed, signal);
  if (!isTokenRefused(second)) return readAnswer(context, question, second, read);
  session.forget(renewed);
  throw new FailureError(tokenRefusedAgain(second));
}

/** The answer, free of login, password and token: an answer may echo them. */
async function send(
  context: ProviderContext,
  session: Session,
  question: Question,
  token: string,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { endpoint, body } = question;
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const request = { url: `${context.restUrl}${endpoint}`, method: 'POST', headers, signal } as const;
  const response = await explained(question, () =>
    sendRecorded(context, endpoint, { ...request, body: JSON.stringify(body) }),
  );
  const limits = readLimits(response.headers, response.receivedAt);
  if (limits !== null) context.onLimits(limits);
  return { ...response, text: withoutSecrets(response.text, session.secrets(token)) };
}

function readAnswer<T>(
  context: ProviderContext,
  question: Question,
  response: HttpResponse,
  read: (payload: unknown, receivedAt: UnixMs) => T,
): Promise<T> {
  const { endpoint } = question;
  const origin = { name: providerName, endpoint };
  return explained(question, async () => {
    if (isOk(response)) {
      return readPayload(context, origin, response.text, (payload) => read(payload, response.receivedAt));
    }
    const problem = failureOf(response, new URL(`${context.restUrl}${endpoint}`));
    if (problem.kind !== 'bad-response') throw new FailureError(problem);
    const status = new Unreadable(`answered with status ${response.status}`);
    const known = reject(context, origin, response.text, status);
    throw new FailureError({ ...known.failure, message: problem.message });
  });
}

async function explained<T>({ explain }: Question, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (thrown) {
    if (explain === undefined || !(thrown instanceof FailureError)) throw thrown;
    throw new FailureError(explain(thrown.failure));
  }
}
