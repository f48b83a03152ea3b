import { realClock } from '../clock.ts';
import type { Answer } from '../loopback/answer.ts';
import { startLoopback } from '../loopback/server.ts';
import type { Dialect, ReceivedRequest } from '../loopback/server.ts';
import type { DemoServer, DemoServerOptions } from '../servers.ts';
import { answerLogin, answerMap, endpointNames, isLogin, refusal } from './routes.ts';
import { createTokens, demoAccount } from './tokens.ts';
import type { DemoAccount } from './tokens.ts';

export interface KingfisherLegacyOptions extends DemoServerOptions {
  /** Accounts that are let in; any other is refused. */
  readonly accounts?: readonly DemoAccount[];
  /** How long a token is taken. */
  readonly tokenLifeMs?: number;
}

export interface LoopbackKingfisherLegacy extends DemoServer {
  /** No token given out so far is taken any longer. */
  expireTokens(): void;
}

const hourMs = 3_600_000;

/** Kingfisher's earlier interface on 127.0.0.1: a login for a token, the latest map and the map at a moment. No stream. */
export async function startKingfisherLegacyServer(options: KingfisherLegacyOptions): Promise<LoopbackKingfisherLegacy> {
  const { market, clock = realClock, accounts = [demoAccount], tokenLifeMs = hourMs } = options;
  const tokens = createTokens(accounts, tokenLifeMs, clock);
  const right = (request: ReceivedRequest): Answer =>
    isLogin(request) ? answerLogin(tokens, request) : answerMap(market, request, clock.now());
  const dialect: Dialect = {
    endpoint: endpointNames,
    answer(request, _scenario, replace) {
      if (!isLogin(request) && !tokens.accepts(tokenOf(request))) return refusal(401, null);
      return typeof replace === 'function' ? replace(request) : (replace ?? right(request));
    },
    refuse: (_request, status, retryAfterSeconds) => refusal(status, retryAfterSeconds),
    acceptsStream: () => false,
    connect: () => ({ message: () => undefined, end: () => undefined, listens: false }),
  };
  const loopback = await startLoopback(dialect, clock, options.port);
  return Object.assign(loopback, {
    restUrl: `http://127.0.0.1:${loopback.port}`,
    streamUrl: '',
    expireTokens: () => tokens.expireAll(),
  });
}

const tokenOf = (request: ReceivedRequest): string =>
  /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
