import { WebSocket, type RawData } from 'ws';
import { failure, toFailure, type Failure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import { nextTryAt } from './backoff.ts';
import { connectionFailure } from './connection-failure.ts';
import { oneLine, withoutSecrets } from './redact.ts';
import { brokenProtocol, closedStream, refusedUpgrade, type SocketEnd } from './socket-end.ts';
import { realEnvironment, type SocketEnvironment } from './socket-environment.ts';
import { SocketWatch } from './socket-watch.ts';

/**
 * Opens a WebSocket that heals itself: it reconnects after every loss with jittered, capped waits, notices silence, and
 * holds nothing in memory: messages are handed on as they arrive and what cannot be sent now is not kept. Returns at
 * once; callbacks come later, never from inside the call, and never after `close`.
 */
export type OpenSocket = (options: SocketOptions) => Socket;

export interface Socket {
  /** False when there is no open connection: nothing is queued, `onOpen` sends what is needed after the next connect. */
  send(text: string): boolean;
  /** What came is data, and it can be read: tells `live`, once after each open. Without it a connection proves nothing. */
  markLive(): void;
  /**
   * Ends the connection for a reason found in what the other side said. A failure that retrying does not help (auth, plan)
   * stops the socket for good; any other reconnects, not before its `retryAt`.
   */
  refuse(failure: Failure): void;
  close(): void;
}

export interface SocketOptions {
  readonly url: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Kept out of every message and detail. */
  readonly secrets?: readonly string[];
  /** On each connect, the first included: send authentication and subscriptions here. */
  readonly onOpen: (send: (text: string) => boolean) => void;
  readonly onMessage: (text: string) => void;
  readonly onState: (state: SocketState) => void;
  /** What a refused upgrade or a close means, where the provider gives it a meaning; null: an ordinary loss. */
  readonly explainEnd?: (end: SocketEnd) => Failure | null;
  /** Nothing heard for so long: a ping is sent, and without an answer within `pongMs` the connection is given up. */
  readonly silenceMs?: number;
  readonly pongMs?: number;
  /** No message for so long, although pongs come: the connection is given up as stalled. Absent: never. */
  readonly stallMs?: number;
  readonly connectMs?: number;
  readonly maxMessageBytes?: number;
  /** More than this unsent: the other side does not read, the connection is given up. */
  readonly maxUnsentBytes?: number;
}

export type SocketState =
  | { readonly kind: 'connecting' }
  /** `again`: not the first time, what was sent meanwhile is missed. */
  | { readonly kind: 'open'; readonly again: boolean }
  /** The first data after an open has come, by the word of `markLive`. */
  | { readonly kind: 'live' }
  /** `retryAt` null: stopped for good. */
  | { readonly kind: 'down'; readonly failure: Failure; readonly retryAt: UnixMs | null };

/** A connection that brought data and lived this long resets the back-off; a server that accepts and drops at once does not. */
const provenMs = 30_000;
const MiB = 1024 * 1024;

export function createOpenSocket(environment: Partial<SocketEnvironment> = {}): OpenSocket {
  const env: SocketEnvironment = { ...realEnvironment, ...environment };
  return (options) => runSocket(env, options);
}

function runSocket(env: SocketEnvironment, options: SocketOptions): Socket {
  const { silenceMs = 30_000, pongMs = 10_000, stallMs = Infinity, connectMs = 15_000 } = options;
  const maxMessageBytes = options.maxMessageBytes ?? 8 * MiB;
  const maxUnsentBytes = options.maxUnsentBytes ?? MiB;
  const host = hostOf(options.url);

  let current: WebSocket | null = null;
  let timer: unknown = null;
  let ended = false;
  let attempt = 0;
  let opens = 0;
  let live = false;
  let openedAt = env.now();
  let watch = new SocketWatch({ silenceMs, pongMs, stallMs }, openedAt);

  const later = (callback: () => void, ms: number) => {
    env.clearTimer(timer);
    timer = env.setTimer(callback, ms);
  };

  function connect(): void {
    options.onState({ kind: 'connecting' });
    if (ended) return;
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
    const heard = mine(() => watch.heard(env.now()));
    socket.on('ping', heard);
    socket.on('pong', heard);
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
      lose(explained ?? refusedUpgrade(host, status));
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
    later(() => lose(failure('timeout', `${host} did not open the stream within ${connectMs / 1000} s.`)), connectMs);
  }

  function opened(): void {
    openedAt = env.now();
    watch = new SocketWatch({ silenceMs, pongMs, stallMs }, openedAt);
    live = false;
    opens += 1;
    look();
    options.onState({ kind: 'open', again: opens > 1 });
    guarded(() => options.onOpen(send));
  }

  function received(data: RawData): void {
    watch.message(env.now());
    guarded(() => options.onMessage(textOf(data)));
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
    if (verdict === 'stalled') lose(failure('timeout', `${host} stopped sending; the stream is opened again.`));
    else if (verdict === 'silent') lose(failure('timeout', `${host} went silent; the stream is opened again.`));
    else {
      if (verdict.ping) current?.ping();
      later(look, verdict.againInMs);
    }
  }

  function markLive(): void {
    if (live || current === null || current.readyState !== WebSocket.OPEN) return;
    live = true;
    options.onState({ kind: 'live' });
  }

  function lose(reason: Failure): void {
    if (live && env.now() - openedAt >= provenMs) attempt = 0;
    drop();
    if (ended) return;
    if (stopping.has(reason.kind)) {
      ended = true;
      options.onState({ kind: 'down', failure: reason, retryAt: null });
      return;
    }
    const now = env.now();
    const retryAt = nextTryAt(now, attempt, reason.retryAt, env.random, env.backoff);
    attempt += 1;
    later(connect, Math.min(retryAt - now, longestTimerMs));
    options.onState({ kind: 'down', failure: reason, retryAt });
  }

  /** Lets go of the connection at once: a close frame where one can still go, then the end of the TCP connection. */
  function drop(): void {
    env.clearTimer(timer);
    timer = null;
    live = false;
    const socket = current;
    current = null;
    if (socket === null) return;
    if (socket.readyState === WebSocket.OPEN) socket.close(1000);
    socket.terminate();
  }

  function send(text: string): boolean {
    if (current === null || current.readyState !== WebSocket.OPEN) return false;
    if (current.bufferedAmount + text.length > maxUnsentBytes) {
      lose(failure('timeout', `${host} does not take what is sent to it; the stream is opened again.`));
      return false;
    }
    current.send(text, () => {}); // an error also closes, which is handled there
    return true;
  }

  queueMicrotask(() => {
    if (!ended) connect();
  });
  return {
    send,
    markLive,
    refuse: (reason) => {
      if (!ended) lose(reason);
    },
    close: () => {
      ended = true;
      drop();
    },
  };
}

/** Waiting does not help these; all else, a too large message included, is worth another connection. */
const stopping: ReadonlySet<Failure['kind']> = new Set(['auth', 'plan', 'unsupported', 'bad-request', 'cancelled']);
/** setTimeout turns longer waits into none at all. */
const longestTimerMs = 2 ** 31 - 1;

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the stream address');
