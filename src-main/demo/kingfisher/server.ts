import type { Clock } from '../clock.ts';
import { realClock } from '../clock.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect, Loopback, ReceivedRequest } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import { createKeyRing, demoKey } from './keys.ts';
import type { DemoKey } from './keys.ts';
import { answerRoute, endpointNames, refusal } from './routes.ts';
import { createStream } from './stream.ts';

export interface KingfisherOptions {
  readonly market: Market;
  readonly clock?: Clock;
  /** Keys that are let in; any other is refused. */
  readonly keys?: readonly DemoKey[];
  /** 0: any free one. */
  readonly port?: number;
}

export interface LoopbackKingfisher extends Loopback {
  readonly restUrl: string;
  readonly streamUrl: string;
}

const keyOf = (request: ReceivedRequest): string =>
  /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';

/** Kingfisher v1 on 127.0.0.1: REST under `/v1`, the stream at `/v1/stream`. */
export async function startKingfisherServer(options: KingfisherOptions): Promise<LoopbackKingfisher> {
  const { market, clock = realClock, keys = [{ key: demoKey, plan: 'elite' }] } = options;
  const ring = createKeyRing(keys, clock);
  const stream = createStream(market, ring, clock);
  const dialect: Dialect = {
    endpoint: (request) => endpointNames(request.path),
    answer(request, _scenario, replace) {
      const { plan, headers, limitedFor } = ring.admit(keyOf(request), true);
      const answer =
        plan === null
          ? refusal(401, null)
          : limitedFor !== null
            ? refusal(429, limitedFor)
            : typeof replace === 'function'
              ? replace(request)
              : (replace ?? answerRoute(market, request, plan, clock.now()));
      return { ...answer, headers: { ...headers, ...answer.headers } };
    },
    refuse(request, status, retryAfterSeconds) {
      const answer = refusal(status, retryAfterSeconds);
      return { ...answer, headers: { ...ring.admit(keyOf(request), true).headers, ...answer.headers } };
    },
    acceptsStream: (path) => path === '/v1/stream',
    connect: (outlet, _url, scenario) => stream.connect(outlet, scenario),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  const closeLoopback = loopback.close;
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}/v1`,
    streamUrl: `ws://127.0.0.1:${loopback.port}/v1/stream`,
    close: async (): Promise<void> => {
      stream.close();
      await closeLoopback();
    },
  });
}
