import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { Source } from '../contract/source.ts';
import { UnsentError } from '../net/connection-failure.ts';
import type { HttpClient, HttpRequest } from '../net/http.ts';
import type { Store } from '../store/database.ts';
import type { Budget } from './budget.ts';
import type { Charge } from './charge.ts';
import { asking } from './purpose.ts';
import type { StoreGuard } from './store-guard.ts';

export interface LogTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly http: HttpClient;
  readonly now: () => UnixMs;
  /** The log has a newer line. */
  readonly logged: (id: number) => void;
}

const mostQuery = 200;

/**
 * The same client, but every request is counted before it leaves, and leaves a line in the log, whatever became of it.
 * Headers and bodies are not logged.
 */
export function countedHttp(source: Source, budget: Budget, tools: LogTools): HttpClient {
  return {
    send: async (request) => {
      const question = asking.getStore();
      const purpose = question?.purpose ?? 'background';
      const url = new URL(request.url);
      const weighed = { url, method: request.method ?? 'GET', body: request.body ?? null };
      const charge = await budget.charge(weighed, purpose, request.signal);
      if (request.signal?.aborted) {
        charge.giveBack();
        throw new FailureError(failure('cancelled', 'The request was cancelled.'));
      }
      if (question) question.sent++;
      const line = {
        source,
        at: tools.now(),
        ...lineOf(request, url),
        purpose: purpose === 'user' ? 'user' : 'background',
      } as const;
      const response = await sendAndLog(request, line, charge, tools);
      if (question) question.spend = charge.spend;
      return response;
    },
  };
}

type Line = Pick<Parameters<Store['requests']['add']>[0], 'source' | 'at' | 'method' | 'endpoint' | 'purpose'>;

async function sendAndLog(request: HttpRequest, line: Line, charge: Charge, tools: LogTools) {
  const { store, guard, http, now, logged } = tools;
  const log = (more: Omit<Parameters<Store['requests']['add']>[0], keyof Line>): void =>
    void guard.attempt(() => logged(store.requests.add({ ...line, ...more })));
  try {
    const response = await http.send(request);
    const { status, tookMs, text, headers } = response;
    charge.answered(headers['date']);
    log({ status, tookMs, failureKind: null, bytes: text.length, charged: charge.charged });
    return response;
  } catch (thrown) {
    const { kind } = toFailure(thrown);
    // Whether an unanswered request was charged cannot be known; counting it keeps the count on the safe side.
    const neverLeft = thrown instanceof UnsentError;
    if (neverLeft) charge.giveBack();
    else charge.lost();
    const charged = neverLeft ? 0 : charge.charged;
    log({ status: null, tookMs: now() - line.at, failureKind: kind, bytes: 0, charged });
    throw thrown;
  }
}

/** A page's continuation token says nothing and may be hundreds of characters long. */
function lineOf({ method = 'GET' }: HttpRequest, { pathname, search }: URL): { method: string; endpoint: string } {
  return { method, endpoint: pathname + (search.length > mostQuery ? `${search.slice(0, mostQuery)}…` : search) };
}
