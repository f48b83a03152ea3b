import { toFailure, type Failure } from '../contract/failure.ts';
import { nextTryAt } from './backoff.ts';
import { hostOf, stalledStream } from './socket-end.ts';
import type { SocketEnvironment } from './socket-environment.ts';
import type { SocketOptions, SocketState } from './socket.ts';
import { SocketWatch } from './socket-watch.ts';

/** What a member needs of the connection it shares. */
export interface Trunk {
  /** Null before the first attempt. */
  state(): SocketState | null;
  send(text: string): boolean;
  /** False where there is no open connection. */
  markLive(): boolean;
  refuse(member: SocketMember, failure: Failure): void;
}

/**
 * One opener's side of a shared connection: whether the connection is open for it, whether its own data came, its own
 * stall, and its own pause while only it is in trouble.
 */
export class SocketMember {
  readonly options: SocketOptions;
  /** Told that the connection is open: it may send, and is given what comes. */
  isUp = false;
  /** It waits by itself, while the connection may serve others. */
  isAside = false;
  readonly #env: SocketEnvironment;
  readonly #trunk: Trunk;
  #isJoined = false;
  #isEnded = false;
  #isLive = false;
  #opens = 0;
  /** Given up by itself so often since its data last came. */
  #refusals = 0;
  #watch: SocketWatch | null = null;
  #timer: unknown = null;

  constructor(options: SocketOptions, env: SocketEnvironment, trunk: Trunk) {
    this.options = options;
    this.#env = env;
    this.#trunk = trunk;
    queueMicrotask(() => {
      this.#isJoined = true;
      this.#catchUp();
    });
  }

  /** The connection's state has changed. */
  enter(state: SocketState): void {
    if (this.#isEnded || !this.#isJoined) return;
    if (state.kind === 'down' && state.retryAt === null) this.stop(state);
    else if (this.isAside) return;
    else if (state.kind === 'connecting') this.options.onState(state);
    else if (state.kind === 'open') this.#open();
    else if (state.kind === 'down') {
      this.#rest();
      this.options.onState(state);
    }
  }

  receive(text: string): void {
    if (!this.isUp) return;
    this.#guarded(() => {
      const isOther = this.options.onMessage(text) === false;
      if (!isOther) this.#watch?.message(this.#env.now());
    });
  }

  send(text: string): boolean {
    return this.isUp && this.#trunk.send(text);
  }

  markLive(): void {
    if (!this.isUp || this.#isLive || !this.#trunk.markLive()) return;
    this.#isLive = true;
    this.#refusals = 0;
    this.options.onState({ kind: 'live' });
  }

  refuse(reason: Failure): void {
    if (!this.#isEnded) this.#trunk.refuse(this, reason);
  }

  /** One more refusal; true when the fresh connection that followed the last one did not help. */
  refusedAgain(): boolean {
    this.#refusals += 1;
    return this.#refusals > 1;
  }

  /** Only this one waits, by growing pauses of its own; then it subscribes again on the connection there is. */
  setAside(reason: Failure): void {
    const { now, random, backoff, setTimer } = this.#env;
    this.#rest();
    this.isAside = true;
    const retryAt = nextTryAt(now(), this.#refusals - 2, reason.retryAt, random, backoff);
    this.#timer = setTimer(
      () => {
        this.isAside = false;
        this.#catchUp();
      },
      Math.min(retryAt - now(), 2 ** 31 - 1),
    );
    this.options.onState({ kind: 'down', failure: reason, retryAt });
  }

  /** For good, with a last word or without. */
  stop(state: SocketState | null): void {
    this.#rest();
    this.isAside = false;
    const wasEnded = this.#isEnded;
    this.#isEnded = true;
    if (state !== null && !wasEnded) this.options.onState(state);
  }

  #catchUp(): void {
    const state = this.#trunk.state();
    if (this.#isEnded || state === null) return;
    if (state.kind === 'open' || state.kind === 'live') {
      this.enter({ kind: 'connecting' });
      if (this.#trunk.state() === state) this.enter({ kind: 'open', again: false });
    } else this.enter(state);
  }

  #open(): void {
    this.#rest();
    this.isUp = true;
    this.#opens += 1;
    const { stallMs } = this.options;
    if (stallMs !== undefined) {
      this.#watch = new SocketWatch({ silenceMs: Infinity, pongMs: Infinity, stallMs }, this.#env.now());
      this.#look();
    }
    this.options.onState({ kind: 'open', again: this.#opens > 1 });
    this.#guarded(() => {
      if (this.isUp) this.options.onOpen((text) => this.send(text));
    });
  }

  /** Pongs prove the connection, not this one's channels: only its own messages count. */
  #look(): void {
    const verdict = this.#watch?.look(this.#env.now());
    if (verdict === undefined || verdict === 'silent') return;
    if (verdict === 'stalled') this.refuse(stalledStream(hostOf(this.options.url)));
    else this.#timer = this.#env.setTimer(() => this.#look(), Math.min(verdict.againInMs, 2 ** 31 - 1));
  }

  #rest(): void {
    this.#env.clearTimer(this.#timer);
    this.#timer = null;
    this.#watch = null;
    this.isUp = false;
    this.#isLive = false;
  }

  #guarded(handle: () => void): void {
    try {
      handle();
    } catch (thrown) {
      this.refuse({ ...toFailure(thrown), kind: 'server' });
    }
  }
}
