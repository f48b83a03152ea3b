import { toFailure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { Source } from '../contract/source.ts';
import type { HttpClient } from '../net/http.ts';
import type { Store } from '../store/database.ts';
import type { StoreGuard } from './store-guard.ts';

export interface LogTools {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly http: HttpClient;
  readonly now: () => UnixMs;
}

const mostQuery = 200;

/** The same client, but every request leaves a line in the log, whatever became of it. Headers are not logged. */
export function loggedHttp(source: Source, { store, guard, http, now }: LogTools): HttpClient {
  return {
    send: async (request) => {
      const { pathname, search } = new URL(request.url);
      const at = now();
      // A page's continuation token says nothing and may be hundreds of characters long.
      const endpoint = pathname + (search.length > mostQuery ? `${search.slice(0, mostQuery)}…` : search);
      const base = { source, at, method: request.method ?? 'GET', endpoint };
      try {
        const response = await http.send(request);
        const { status, tookMs, text } = response;
        const answered = { ...base, status, tookMs, failureKind: null, bytes: text.length, charged: true };
        guard.attempt(() => store.requests.add(answered));
        return response;
      } catch (thrown) {
        const { kind } = toFailure(thrown);
        // Whether an unanswered request was charged cannot be known; counting it keeps the count on the safe side.
        const charged = kind === 'timeout' || kind === 'bad-response';
        const unanswered = { ...base, status: null, tookMs: now() - at, failureKind: kind, bytes: 0, charged };
        guard.attempt(() => store.requests.add(unanswered));
        throw thrown;
      }
    },
  };
}
