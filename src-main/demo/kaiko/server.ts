import { realClock } from '../clock.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect } from '../loopback/server.ts';
import type { DemoServer, DemoServerOptions } from '../servers.ts';
import { answerRoute, endpointNames, refusal } from './routes.ts';
import type { Links } from './routes.ts';

/** Opens the simulated market; worth nothing anywhere else. */
export const kaikoDemoKey = 'kaiko_demo_key';

export interface KaikoServerOptions extends DemoServerOptions {
  /** Keys that are let in; any other is refused. */
  readonly keys?: readonly string[];
  /** Where `next_url` leads; by default to the server itself. */
  readonly linkOrigin?: string;
  readonly links?: Links['kind'];
}

/** Kaiko's token-level liquidation volumes on 127.0.0.1. */
export async function startKaikoServer(options: KaikoServerOptions): Promise<DemoServer> {
  const { market, clock = realClock, keys = [kaikoDemoKey], linkOrigin, links: kind = 'both' } = options;
  let restUrl = '';
  const dialect: Dialect = {
    endpoint: ({ path }) => endpointNames(path),
    answer(request, scenario, replace) {
      if (!keys.includes(request.headers['x-api-key'] ?? '')) return refusal(401, null);
      if (replace !== null) return typeof replace === 'function' ? replace(request) : replace;
      return answerRoute(market, request, scenario, { origin: linkOrigin ?? restUrl, kind }, clock.now());
    },
    refuse: (_request, status, retryAfterSeconds) => refusal(status, retryAfterSeconds),
    acceptsStream: () => false,
    connect: () => ({ message: () => undefined, end: () => undefined, listens: false }),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  restUrl = `http://127.0.0.1:${loopback.port}`;
  return Object.assign(loopback, { restUrl, streamUrl: '' });
}
