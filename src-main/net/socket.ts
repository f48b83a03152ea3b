import type { Failure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { SocketEnd } from './socket-end.ts';
import { realEnvironment, type SocketEnvironment } from './socket-environment.ts';
import { runSocket } from './socket-run.ts';

/**
 * Opens a WebSocket that heals itself: it reconnects after every loss with jittered, capped waits, notices silence, and
 * holds nothing in memory: a message is handed on as it arrives, before the next is read, so a slow handler slows the
 * sender down by TCP's own window; and what cannot be sent now is not kept. Returns at once; callbacks come later, never
 * from inside the call, and never after `close`.
 */
export interface OpenSocket {
  (options: SocketOptions): Socket;
  /** What its sockets live by, for who builds on them; absent: the real one. */
  readonly environment?: SocketEnvironment;
}

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
  /**
   * The machine woke up, or the network changed: an open connection must answer a ping within `pongMs`, a waiting one is
   * opened at once (this once, and not before a moment that the other side named).
   */
  check(): void;
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
  /** False: not about what this one subscribed to, so it does not count against `stallMs`. */
  readonly onMessage: (text: string) => boolean | void;
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

export function createOpenSocket(environment: Partial<SocketEnvironment> = {}): OpenSocket {
  const env: SocketEnvironment = { ...realEnvironment, ...environment };
  return Object.assign((options: SocketOptions) => runSocket(env, options), { environment: env });
}
