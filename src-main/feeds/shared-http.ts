import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../net/http.ts';
import { HeldBackError } from './charge.ts';
import { asking, type Asking } from './purpose.ts';

interface Flight {
  readonly abort: AbortController;
  readonly answer: Promise<HttpResponse>;
  /** Whose question it left for. */
  readonly first: Asking | undefined;
  waiting: number;
}

/** The same client, but a request that is under way is not sent again: who asks for the same waits for the same answer. */
export function sharedHttp(http: HttpClient): HttpClient {
  const flights = new Map<string, Flight>();
  return {
    send: async (request) => {
      const key = JSON.stringify([request.method ?? 'GET', request.url, request.body ?? null, request.headers ?? {}]);
      const own = asking.getStore();
      for (;;) {
        const known = flights.get(key);
        const flight = known && !known.abort.signal.aborted ? known : depart(key, request, own);
        try {
          return await join(flight, request.signal, own);
        } catch (thrown) {
          if (isTheirs(thrown, flight, request.signal, own)) continue;
          if (thrown instanceof HeldBackError && own) own.wasHeldBack = true;
          throw thrown;
        }
      }
    },
  };

  function depart(key: string, request: HttpRequest, first: Asking | undefined): Flight {
    const abort = new AbortController();
    const answer = http.send({ ...request, signal: abort.signal });
    const flight: Flight = { abort, answer, first, waiting: 0 };
    flights.set(key, flight);
    const landed = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    answer.then(landed, landed);
    return flight;
  }
}

/** Whether what went wrong concerns only the one who had asked first: who joined asks for itself. */
function isTheirs(
  thrown: unknown,
  { abort, first }: Flight,
  signal: AbortSignal | undefined,
  own: Asking | undefined,
): boolean {
  if (signal?.aborted) return false;
  // What a background question may not have any more may be left for the user's.
  if (thrown instanceof HeldBackError) return own?.purpose === 'user' && first?.purpose !== 'user';
  return abort.signal.aborted && toFailure(thrown).kind === 'cancelled';
}

/** The answer, or `cancelled` as soon as this one no longer wants it; the request ends with the last who does. */
function join(flight: Flight, signal: AbortSignal | undefined, own: Asking | undefined): Promise<HttpResponse> {
  flight.waiting++;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      signal?.removeEventListener('abort', cancel);
      flight.waiting--;
      if (flight.waiting === 0) flight.abort.abort();
    };
    const cancel = (): void => {
      leave();
      reject(new FailureError(failure('cancelled', 'The request was cancelled.')));
    };
    if (signal?.aborted) return cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    flight.answer.then(
      (response) => {
        signal?.removeEventListener('abort', cancel);
        // What the answer tells of limits is told of this request, whoever reads it.
        if (own && flight.first) own.spend = flight.first.spend;
        resolve(response);
      },
      (thrown: unknown) => {
        signal?.removeEventListener('abort', cancel);
        reject(thrown as Error);
      },
    );
  });
}
