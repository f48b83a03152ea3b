import { realClock } from '../clock.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect } from '../loopback/server.ts';
import type { DemoServer, DemoServerOptions } from '../servers.ts';
import { answerRoute, endpointNames, refusal } from './routes.ts';
import { createStream } from './stream.ts';

const streamPath = '/v5/public/linear';

/** Bybit's public v5 API on 127.0.0.1: `/v5/market/*` of linear contracts and options, and the stream of linear ones. */
export async function startBybitServer(options: DemoServerOptions): Promise<DemoServer> {
  const { market, clock = realClock } = options;
  const stream = createStream(market, clock);
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer: (request, scenario, replace) =>
      typeof replace === 'function'
        ? replace(request)
        : (replace ?? answerRoute(market, request, scenario, clock.now())),
    refuse: (_request, status, retryAfterSeconds) => refusal(status, retryAfterSeconds, clock.now()),
    acceptsStream: (path) => path === streamPath,
    connect: (outlet, _url, scenario) => stream.connect(outlet, scenario),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  const closeLoopback = loopback.close;
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}`,
    streamUrl: `ws://127.0.0.1:${loopback.port}${streamPath}`,
    close: async (): Promise<void> => {
      stream.close();
      await closeLoopback();
    },
  });
}
