import { realClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { Answer } from '../loopback/answer.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect, Loopback, ReceivedRequest } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import { answerRoute, endpointNames, refusal, weightOf } from './routes.ts';
import { createStream } from './stream.ts';

export interface BinanceOptions {
  readonly market: Market;
  readonly clock?: Clock;
  /** 0: any free one. */
  readonly port?: number;
}

export interface LoopbackBinance extends Loopback {
  readonly restUrl: string;
  readonly streamUrl: string;
}

/** The venue's own limit for an address. */
const weightPerMinute = 2400;

/** Binance USD-M futures on 127.0.0.1: `/fapi/v1/*`, streams at `/market/ws` and `/market/stream`. */
export async function startBinanceServer(options: BinanceOptions): Promise<LoopbackBinance> {
  const { market, clock = realClock } = options;
  const stream = createStream(market, clock);
  let minute = 0;
  let used = 0;
  const weigh = (request: ReceivedRequest): Readonly<Record<string, string>> => {
    const current = Math.floor(clock.now() / 60_000);
    if (current !== minute) used = 0;
    minute = current;
    used += weightOf(request);
    return { 'x-mbx-used-weight-1m': String(used) };
  };
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer(request, scenario, replace) {
      const headers = weigh(request);
      const now = clock.now();
      const answer: Answer =
        used > weightPerMinute
          ? refusal(429, Math.ceil((60_000 - (now % 60_000)) / 1000), now)
          : typeof replace === 'function'
            ? replace(request)
            : (replace ?? answerRoute(market, request, scenario, now));
      return { ...answer, headers: { ...headers, ...answer.headers } };
    },
    refuse(request, status, retryAfterSeconds) {
      const answer = refusal(status, retryAfterSeconds, clock.now());
      return { ...answer, headers: { ...weigh(request), ...answer.headers } };
    },
    acceptsStream: (path) => /^\/(?:market\/)?(?:ws(?:\/.*)?|stream)$/.test(path),
    connect: (outlet, url, scenario) => stream.connect(outlet, url, scenario),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  const closeLoopback = loopback.close;
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}`,
    streamUrl: `ws://127.0.0.1:${loopback.port}/market/ws`,
    close: async (): Promise<void> => {
      stream.close();
      await closeLoopback();
    },
  });
}
