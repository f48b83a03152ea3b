import { failure, FailureError, isRetried, toFailure, type Failure } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { CredentialState, ProviderStateKind, ProviderStatus, RateLimits } from '../contract/provider-status.ts';
import { sourceKey } from '../contract/source.ts';
import type { Secret } from '../engine-messages.ts';
import { backoffMs } from '../net/backoff.ts';
import { mayCallInBackground } from '../net/budget.ts';
import type { OpenSocket } from '../net/socket.ts';
import type { Provider, ProviderClient, StreamState } from '../providers/provider.ts';
import { loggedHttp, type LogTools } from './logged-http.ts';
import type { Place } from './place.ts';

/** A credential as it is kept, and how. */
export interface Key {
  readonly secret: Secret | null;
  readonly state: CredentialState;
}

export interface ConnectionTools extends LogTools {
  readonly openSocket: OpenSocket;
  readonly random: () => number;
}

const hourMs = 3_600_000;

/**
 * One provider at one place with one key: what it may be asked now, what it answered last, and in which state that leaves
 * it. Every call goes through `call`, which keeps the request log, the limits, and the rules: a refused key is not used
 * again, a limit and a Retry-After are respected, an outage is retried with growing pauses.
 */
export class Connection {
  readonly provider: Provider;
  readonly place: Place;
  readonly client: ProviderClient;
  readonly #tools: ConnectionTools;
  readonly #credential: CredentialState;
  readonly #hasKey: boolean;
  readonly #onStatus: (status: ProviderStatus) => void;
  readonly #abort = new AbortController();
  #state: ProviderStateKind;
  #since: UnixMs;
  #failure: Failure | null = null;
  #failureIsOfStream = false;
  #until: UnixMs | null = null;
  #attempt = 0;
  #stream: ProviderStatus['stream'] = 'off';
  #limits: RateLimits | null;
  #lastAnswerAt: UnixMs | null = null;

  constructor(
    provider: Provider,
    place: Place,
    key: Key,
    tools: ConnectionTools,
    onStatus: (status: ProviderStatus) => void,
  ) {
    this.provider = provider;
    this.place = place;
    this.#tools = tools;
    this.#credential = key.state;
    this.#hasKey = provider.info.credential.length === 0 || key.secret !== null;
    this.#onStatus = onStatus;
    this.#state = this.#hasKey ? 'idle' : 'no-key';
    this.#since = tools.now();
    this.#limits = tools.store.limits.read(sourceKey(place.source));
    this.client = provider.connect({
      source: place.source,
      restUrl: place.restUrl,
      streamUrl: place.streamUrl,
      secret: key.secret,
      http: loggedHttp(place.source, tools),
      openSocket: tools.openSocket,
      now: tools.now,
      onLimits: (limits) => {
        this.#limits = limits;
        tools.guard.attempt(() => tools.store.limits.write(place.source, limits));
      },
      onRejected: (rejected) => void tools.guard.attempt(() => tools.store.rejected.add(rejected)),
    });
  }

  get limits(): RateLimits | null {
    return this.#limits;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether a stream may be opened: there is a key where one is needed, and it was not refused. */
  get mayStream(): boolean {
    return this.#hasKey && this.#state !== 'refused';
  }

  /**
   * Runs one call. Throws FailureError: its own, or (without asking) the reason why nothing may be asked now. The user's
   * own clicks pass a pause and the reserve; nothing passes a missing key, and in the background nothing passes a refusal.
   */
  async call<T>(purpose: 'background' | 'user', run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const block = this.#blocked(purpose);
    if (block) throw new FailureError(block);
    try {
      const value = await run(this.#abort.signal);
      this.#attempt = 0;
      this.#lastAnswerAt = this.#tools.now();
      this.#enter(this.#stream === 'live' ? 'live' : 'polling', null, null);
      return value;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (reason.kind !== 'cancelled') this.#enterFailed(reason);
      throw new FailureError({ ...reason, retryAt: reason.retryAt ?? this.#until });
    }
  }

  /** The user asks to try again: pauses and a refusal are forgotten. */
  forgive(): void {
    this.#attempt = 0;
    this.#enter(this.#hasKey ? 'connecting' : 'no-key', null, null);
  }

  /** Limits that another connection to the same source was told. */
  noteLimits(limits: RateLimits): void {
    this.#limits = limits;
    this.#publish();
  }

  streamState(state: StreamState): void {
    if (state.kind === 'connecting') {
      this.#stream = 'connecting';
    } else if (state.kind === 'live') {
      this.#stream = 'live';
      this.#lastAnswerAt = this.#tools.now();
      this.#enter('live', null, null);
      return;
    } else if (state.failure.kind === 'plan') {
      // A plan without the stream is no fault: REST goes on.
      this.#stream = 'not-included';
      if (this.#state === 'live') this.#enter('polling', null, null);
    } else {
      this.#stream = state.retryAt === null ? 'off' : 'connecting';
      // What REST said last stands: a stream that is lost must not hide it, nor keep REST from being asked.
      const isNews = this.#state === 'live' || this.#state === 'idle' || this.#failureIsOfStream;
      if (state.failure.kind === 'auth' || isNews) {
        this.#enter(stateOf(state.failure), state.failure, state.retryAt);
        this.#failureIsOfStream = true;
      }
    }
    this.#publish();
  }

  status(): ProviderStatus {
    const { store, now } = this.#tools;
    const key = sourceKey(this.place.source);
    const resetAt = this.#limits?.resetAt ?? null;
    const dayStart = unixMs(Math.floor(now() / (24 * hourMs)) * 24 * hourMs);
    return {
      id: this.provider.info.id,
      source: this.place.source,
      state: this.#state,
      text: this.#text(),
      since: this.#since,
      until: this.#until,
      stream: this.#stream,
      credential: this.#credential,
      limits: this.#limits,
      lastAnswerAt: this.#lastAnswerAt,
      callsToday: store.requests.chargedSince(key, resetAt ? unixMs(Math.min(resetAt - 24 * hourMs, now())) : dayStart),
      failure: this.#failure,
    };
  }

  close(): void {
    this.#abort.abort();
  }

  #blocked(purpose: 'background' | 'user'): Failure | null {
    const { info } = this.provider;
    if (!this.#hasKey) return failure('auth', `${info.name} has no key yet. Add one in Settings → Providers.`);
    if (purpose === 'user') return null;
    if (this.#state === 'refused' && this.#failure) return this.#failure;
    const now = this.#tools.now();
    if (this.#until !== null && now < this.#until && this.#failure && !this.#failureIsOfStream)
      return { ...this.#failure, retryAt: this.#until };
    const budget = mayCallInBackground(this.#limits, now);
    if (budget.ok) return null;
    return failure('rate-limited', `${info.name}: ${budget.reason}`, { retryAt: budget.waitUntil });
  }

  #enterFailed(reason: Failure): void {
    const state = stateOf(reason);
    const pause = backoffMs(this.#attempt, this.#tools.random);
    const until = isRetried(reason) ? (reason.retryAt ?? unixMs(this.#tools.now() + pause)) : null;
    if (isRetried(reason)) this.#attempt++;
    if (state) this.#enter(state, reason, until);
    else this.#publish();
  }

  #enter(state: ProviderStateKind | null, reason: Failure | null, until: UnixMs | null): void {
    if (state === null) return;
    if (state !== this.#state) this.#since = this.#tools.now();
    this.#state = state;
    this.#failure = reason;
    this.#failureIsOfStream = false;
    this.#until = until;
    this.#publish();
  }

  #publish(): void {
    if (!this.#abort.signal.aborted) this.#onStatus(this.status());
  }

  #text(): string {
    const { name } = this.provider.info;
    if (this.#failure) return this.#failure.message;
    switch (this.#state) {
      case 'live':
        return `${name} is streaming.`;
      case 'polling':
        return this.#stream === 'not-included'
          ? `${name} answers over REST; the stream is not part of this plan.`
          : `${name} answers over REST.`;
      case 'no-key':
        return `${name} has no key yet. Add one in Settings → Providers.`;
      case 'connecting':
        return `${name} is being asked.`;
      default:
        return `${name} is not being asked for anything now.`;
    }
  }
}

/** The state a failure puts the whole provider into; null where it concerns one answer only. */
function stateOf(reason: Failure): ProviderStateKind | null {
  switch (reason.kind) {
    case 'offline':
    case 'timeout':
      return 'offline';
    case 'rate-limited':
      return 'limited';
    case 'auth':
      return 'refused';
    case 'plan':
      return 'plan';
    case 'unsupported':
    case 'cancelled':
    case 'bad-request':
      return null;
    default:
      return 'error';
  }
}
