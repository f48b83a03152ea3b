import { realClock } from '../clock.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect, ReceivedRequest, StreamClient } from '../loopback/server.ts';
import type { DemoServer, DemoServerOptions } from '../servers.ts';
import { createColumns } from './columns.ts';
import { answerRoute, endpointNames, refusal } from './routes.ts';
import type { Tier } from './routes.ts';
import { createWeights } from './weights.ts';

/** Opens the simulated market; worth nothing anywhere else. */
export const kiyotakaDemoKey = 'kiyotaka_demo_key';

export interface KiyotakaOptions extends DemoServerOptions {
  /** Keys that are let in; any other is refused. */
  readonly keys?: readonly (Tier & { readonly key: string })[];
  /** Weight of a minute. */
  readonly weightPerMinute?: number;
}

export interface LoopbackKiyotaka extends DemoServer {
  /** Weight charged in the current minute. */
  weightUsed(): number;
}

const keyOf = (request: ReceivedRequest): string => request.headers['x-kiyotaka-key'] ?? '';

const noStream: StreamClient = { message: () => undefined, end: () => undefined, listens: false };

/** Kiyotaka's REST API on 127.0.0.1: `/v1/points` and `/v1/usage`. Its stream is not spoken. */
export async function startKiyotakaServer(options: KiyotakaOptions): Promise<LoopbackKiyotaka> {
  const { market, clock = realClock, keys = [{ key: kiyotakaDemoKey, plan: 'advanced' }] } = options;
  const weights = createWeights(clock, options.weightPerMinute);
  const backstage = { market, weights, columns: createColumns(market) };
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer(request, scenario, replace) {
      const tier = keys.find(({ key }) => key === keyOf(request));
      if (!tier) return refusal(401, null);
      if (replace !== null) return typeof replace === 'function' ? replace(request) : replace;
      return answerRoute(backstage, request, tier, scenario, clock.now());
    },
    refuse: (_request, status, retryAfterSeconds) => refusal(status, retryAfterSeconds),
    acceptsStream: () => false,
    connect: () => noStream,
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}`,
    streamUrl: '',
    weightUsed: () => weights.spent().used,
  });
}
