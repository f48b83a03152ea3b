import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../net/http.ts';

interface Flight {
  readonly abort: AbortController;
  readonly answer: Promise<HttpResponse>;
  waiting: number;
}

/** The same client, but a request that is under way is not sent again: who asks for the same waits for the same answer. */
export function sharedHttp(http: HttpClient): HttpClient {
  const flights = new Map<string, Flight>();
  return {
    send: async (request) => {
      const key = JSON.stringify([request.method ?? 'GET', request.url, request.body ?? null, request.headers ?? {}]);
      for (;;) {
        const known = flights.get(key);
        const flight = known && !known.abort.signal.aborted ? known : depart(key, request);
        try {
          return await join(flight, request.signal);
        } catch (thrown) {
          // The one who had asked first went away just as this one came: it asks for itself.
          const isTheirs = flight.abort.signal.aborted && !(request.signal?.aborted ?? false);
          if (!isTheirs || toFailure(thrown).kind !== 'cancelled') throw thrown;
        }
      }
    },
  };

  function depart(key: string, request: HttpRequest): Flight {
    const abort = new AbortController();
    const answer = http.send({ ...request, signal: abort.signal });
    const flight: Flight = { abort, answer, waiting: 0 };
    flights.set(key, flight);
    const landed = (): void => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    answer.then(landed, landed);
    return flight;
  }
}

/** The answer, or `cancelled` as soon as this one no longer wants it; the request ends with the last who does. */
function join(flight: Flight, signal: AbortSignal | undefined): Promise<HttpResponse> {
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
        resolve(response);
      },
      (thrown: unknown) => {
        signal?.removeEventListener('abort', cancel);
        reject(thrown as Error);
      },
    );
  });
}
