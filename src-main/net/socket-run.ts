import { WebSocket, type RawData } from 'ws';
import { failure, toFailure, type Failure } from '../contract/failure.ts';
import { connectionFailure } from './connection-failure.ts';
import { oneLine, withoutSecrets } from './redact.ts';
import {
  brokenProtocol,
  closedStream,
  hostOf,
  isStopping,
  refusedUpgrade,
  silentStream,
  stalledStream,
  unopenedStream,
  unreadStream,
} from './socket-end.ts';
import type { SocketEnvironment } from './socket-environment.ts';
import type { Socket, SocketOptions } from './socket.ts';
import { SocketRetry } from './socket-retry.ts';
import { SocketWatch } from './socket-watch.ts';

/** A connection that brought data and lived this long resets the back-off; a server that accepts and drops at once does not. */
const provenMs = 30_000;
const MiB = 1024 * 1024;

/** What holds where the options do not say. */
export const socketDefaults = {
  silenceMs: 30_000,
  pongMs: 10_000,
  connectMs: 15_000,
  maxMessageBytes: 8 * MiB,
  maxUnsentBytes: MiB,
};

export function runSocket(env: SocketEnvironment, options: SocketOptions): Socket {
  const host = hostOf(options.url);
  const limit = (name: keyof typeof socketDefaults): number => options[name] ?? socketDefaults[name];
  const limits = {
    get silenceMs() {
      return limit('silenceMs');
    },
    get pongMs() {
      return limit('pongMs');
    },
    get stallMs() {
      return options.stallMs ?? Infinity;
    },
  };
  const retry = new SocketRetry(env);

  let current: WebSocket | null = null;
  let timer: unknown = null;
  let ended = false;
  let isWaiting = false;
  let opens = 0;
  let live = false;
  let openedAt = env.now();
  let watch = new SocketWatch(limits, openedAt);

  const later = (callback: () => void, ms: number) => {
    env.clearTimer(timer);
    timer = env.setTimer(callback, ms);
  };

  function connect(): void {
    isWaiting = false;
    const connectMs = limit('connectMs');
    const maxMessageBytes = limit('maxMessageBytes');
    options.onState({ kind: 'connecting' });
    if (ended || isWaiting) return;
    let socket: WebSocket;
    try {
      socket = new WebSocket(options.url, [...(options.protocols ?? [])], {
        headers: { 'user-agent': 'Halcyon', ...options.headers },
        maxPayload: maxMessageBytes,
        followRedirects: false,
        perMessageDeflate: false, // no zlib memory per connection, and nothing small that unpacks to something huge
      });
    } catch (thrown) {
      const detail = toFailure(thrown).detail;
      lose(failure('bad-request', 'The stream address is not usable. Check the provider settings.', { detail }));
      return;
    }
    current = socket;
    const mine = (handle: () => void) => () => {
      if (socket === current) handle();
    };
    let why: Failure | null = null;
    socket.on('open', mine(opened));
    socket.on(
      'ping',
      mine(() => watch.heard(env.now())),
    );
    socket.on(
      'pong',
      mine(() => watch.ponged(env.now())),
    );
    socket.on('message', (data: RawData) => {
      if (socket === current) received(data);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      if (socket !== current) return;
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value);
      const status = response.statusCode ?? 0;
      const explained = options.explainEnd?.({ status, headers, code: null, reason: '' });
      lose(explained ?? refusedUpgrade(host, status, headers, env.now()));
    });
    socket.on('error', (error) => {
      why ??= brokenProtocol(error, host, maxMessageBytes) ?? connectionFailure(error, host, options.secrets);
    });
    socket.on('close', (code, bytes) => {
      if (socket !== current) return;
      const reason = oneLine(withoutSecrets(bytes.toString('utf8'), options.secrets ?? []));
      const explained = why === null ? options.explainEnd?.({ status: null, headers: {}, code, reason }) : null;
      lose(why ?? explained ?? closedStream(host, code, reason));
    });
    later(() => lose(unopenedStream(host, connectMs)), connectMs);
  }

  function opened(): void {
    openedAt = env.now();
    watch = new SocketWatch(limits, openedAt);
    live = false;
    opens += 1;
    look();
    options.onState({ kind: 'open', again: opens > 1 });
    guarded(() => options.onOpen(send));
  }

  function received(data: RawData): void {
    guarded(() => {
      if (options.onMessage(textOf(data)) === false) watch.heard(env.now());
      else watch.message(env.now());
    });
  }

  /** A mistake in a handler must not end the process, nor pass unseen: the connection is given up and says why. */
  function guarded(handle: () => void): void {
    try {
      handle();
    } catch (thrown) {
      lose({ ...toFailure(thrown), kind: 'server' });
    }
  }

  function look(): void {
    const verdict = watch.look(env.now());
    if (verdict === 'stalled') lose(stalledStream(host));
    else if (verdict === 'silent') lose(silentStream(host));
    else {
      if (verdict.ping) current?.ping();
      later(look, verdict.againInMs);
    }
  }

  function check(): void {
    if (isWaiting) {
      const waitMs = retry.hurried();
      if (waitMs === 0) connect();
      else later(connect, Math.min(waitMs, longestTimerMs));
    } else if (current?.readyState === WebSocket.OPEN) {
      if (watch.ask(env.now())) current.ping();
      look();
    } else retry.hurryNext();
  }

  function markLive(): void {
    if (live || current === null || current.readyState !== WebSocket.OPEN) return;
    live = true;
    options.onState({ kind: 'live' });
  }

  function lose(reason: Failure): void {
    if (live && env.now() - openedAt >= provenMs) retry.proven();
    drop();
    if (ended) return;
    if (isStopping(reason)) {
      ended = true;
      options.onState({ kind: 'down', failure: reason, retryAt: null });
      return;
    }
    const retryAt = retry.lost(reason);
    isWaiting = true;
    later(connect, Math.min(retryAt - env.now(), longestTimerMs));
    options.onState({ kind: 'down', failure: reason, retryAt });
  }

  /** Lets go of the connection at once: a close frame where one can still go, then the end of the TCP connection. */
  function drop(): void {
    env.clearTimer(timer);
    timer = null;
    isWaiting = false;
    live = false;
    const socket = current;
    current = null;
    if (socket === null) return;
    if (socket.readyState === WebSocket.OPEN) socket.close(1000);
    socket.terminate();
  }

  function send(text: string): boolean {
    if (current === null || current.readyState !== WebSocket.OPEN) return false;
    if (current.bufferedAmount + text.length > limit('maxUnsentBytes')) {
      lose(unreadStream(host));
      return false;
    }
    current.send(text, () => {}); // an error also closes, which is handled there
    return true;
  }

  queueMicrotask(() => {
    if (!ended && !isWaiting) connect();
  });
  return {
    send,
    markLive,
    refuse: (reason) => {
      // Without a connection there is none to give up: only a stop, or a later moment, is news.
      const isNews = !isWaiting || isStopping(reason) || reason.retryAt !== null;
      if (!ended && isNews) lose(reason);
    },
    check: () => {
      if (!ended) check();
    },
    close: () => {
      ended = true;
      drop();
    },
  };
}

/** setTimeout turns longer waits into none at all. */
const longestTimerMs = 2 ** 31 - 1;

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
