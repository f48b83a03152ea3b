import { realClock } from '../clock.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect } from '../loopback/server.ts';
import type { DemoServer, DemoServerOptions } from '../servers.ts';
import { answerRoute, endpointNames, refusal } from './routes.ts';
import { createStream } from './stream.ts';

/** Hyperliquid on 127.0.0.1: `POST /info`, and its stream at `/ws`. */
export async function startHyperliquidServer(options: DemoServerOptions): Promise<DemoServer> {
  const { market, clock = realClock } = options;
  const stream = createStream(market, clock);
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer: (request, scenario, replace) =>
      typeof replace === 'function'
        ? replace(request)
        : (replace ?? answerRoute(market, request, scenario, clock.now())),
    refuse: (_request, status, retryAfterSeconds) => refusal(status, retryAfterSeconds),
    acceptsStream: (path) => path === '/ws',
    connect: (outlet, url, scenario) => stream.connect(outlet, url, scenario),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  const closeLoopback = loopback.close;
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}`,
    streamUrl: `ws://127.0.0.1:${loopback.port}/ws`,
    close: async (): Promise<void> => {
      stream.close();
      await closeLoopback();
    },
  });
}
