import { realClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect, Loopback } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import { answerRoute, endpointNames, refusal } from './routes.ts';
import { createStream } from './stream.ts';

export interface OkxOptions {
  readonly market: Market;
  readonly clock?: Clock;
  /** 0: any free one. */
  readonly port?: number;
}

export interface LoopbackOkx extends Loopback {
  readonly restUrl: string;
  readonly streamUrl: string;
}

/** OKX perpetual swaps on 127.0.0.1: `/api/v5/*`, streams at `/ws/v5/public` and `/ws/v5/business`. */
export async function startOkxServer(options: OkxOptions): Promise<LoopbackOkx> {
  const { market, clock = realClock } = options;
  const stream = createStream(market, clock);
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer: (request, scenario, replace) =>
      typeof replace === 'function'
        ? replace(request)
        : (replace ?? answerRoute(market, request, scenario, clock.now())),
    refuse: (_, status, retryAfterSeconds) => refusal(status, retryAfterSeconds),
    acceptsStream: (path) => /^\/ws\/v5\/(?:public|business)$/.test(path),
    connect: (outlet, url, scenario) => stream.connect(outlet, url, scenario),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  const closeLoopback = loopback.close;
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}`,
    streamUrl: `ws://127.0.0.1:${loopback.port}/ws/v5/public`,
    close: async (): Promise<void> => {
      stream.close();
      await closeLoopback();
    },
  });
}
