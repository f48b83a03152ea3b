import { FailureError, toFailure, type Failure } from '../contract/failure.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { CredentialState, ProviderStateKind, ProviderStatus, RateLimits } from '../contract/provider-status.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { Secret } from '../engine-messages.ts';
import type { Weights } from '../net/budget/ledger.ts';
import { shareSockets } from '../net/shared-socket.ts';
import type { OpenSocket } from '../net/socket.ts';
import type { Options, Provider, ProviderClient, StreamState } from '../providers/provider.ts';
import type { Budget } from './budget.ts';
import type { Budgets } from './budgets.ts';
import { countedHttp, type LogTools } from './counted-http.ts';
import { weightsOf } from './demands.ts';
import type { Place } from './place.ts';
import { asking, type Asking, type Purpose } from './purpose.ts';
import { RestState, stateOf, type RestClock } from './rest-state.ts';
import { sharedHttp } from './shared-http.ts';
import { noKeyOf, statusText } from './status-text.ts';
import { StreamSide } from './stream-side.ts';

/** A credential as it is kept, and how. */
export interface Key {
  readonly secret: Secret | null;
  readonly state: CredentialState;
}

export interface ConnectionTools extends LogTools, RestClock {
  readonly openSocket: OpenSocket;
  readonly budgets: Budgets;
}

const dayMs = 86_400_000;
/** A streaming provider's status is published for its age alone at most this often. */
const heardEveryMs = 5_000;
/** Without an answer for so many of the intervals that were planned, a polled provider is stale. */
const patience = 3;

/** What is shown of a provider: its state, why, and until when. */
type Shown = Pick<ProviderStatus, 'state' | 'failure' | 'until'>;

/**
 * One provider at one place with one key: what it may be asked now, what it answered last, and in which state that leaves
 * it. Every call goes through `call`, which keeps the rules: a refused key is not used again, a limit and a Retry-After
 * are respected, an outage is retried with growing pauses. Every request is counted and logged.
 */
export class Connection {
  readonly provider: Provider;
  readonly place: Place;
  readonly client: ProviderClient;
  readonly budget: Budget;
  readonly stream: StreamSide;
  /** Milliseconds between two answers, as planned; infinite: nothing is asked for regularly. */
  expectedMs = Number.POSITIVE_INFINITY;
  readonly #tools: ConnectionTools;
  readonly #credential: CredentialState;
  readonly #hasKey: boolean;
  readonly #onStatus: (status: ProviderStatus) => void;
  readonly #abort = new AbortController();
  readonly #rest: RestState;
  /** What the plan was last said to lack: it is not asked for again, so good answers to other questions do not end it. */
  #lacks: Failure | null = null;
  #lastAnswerAt: UnixMs | null = null;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #shownState: ProviderStateKind | null = null;
  #since: UnixMs;
  #publishedAt = Number.NEGATIVE_INFINITY;

  constructor(
    provider: Provider,
    place: Place,
    key: Key,
    tools: ConnectionTools,
    onStatus: (status: ProviderStatus) => void,
  ) {
    this.provider = provider;
    this.place = place;
    this.budget = tools.budgets.of(provider, place.source, key.secret);
    this.stream = new StreamSide(tools.elapsed);
    this.#tools = tools;
    this.#credential = key.state;
    this.#hasKey = provider.info.credential.length === 0 || key.secret !== null;
    this.#onStatus = onStatus;
    this.#rest = new RestState(tools, this.#hasKey ? null : noKeyOf(provider.info));
    this.#since = tools.now();
    this.client = provider.connect({
      source: place.source,
      restUrl: place.restUrl,
      streamUrl: place.streamUrl,
      secret: key.secret,
      options: place.options,
      http: sharedHttp(countedHttp(place.source, this.budget, tools)),
      openSocket: shareSockets(tools.openSocket),
      now: tools.now,
      onLimits: (limits) => this.#told(limits),
      onEarlier: (snapshots) => void tools.guard.attempt(() => tools.store.snapshots.archive(snapshots)),
      onRejected: (rejected) => void tools.guard.attempt(() => tools.store.rejected.add(rejected)),
    });
  }

  /** Ends with the connection. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get options(): Options {
    return this.place.options;
  }

  /** Which of the provider's series its options ask for; undefined where it has one only. */
  variant(kind: SnapshotKind, asset: Asset): string | undefined {
    return this.provider.variant?.(kind, asset, this.options);
  }

  get limits(): RateLimits | null {
    return this.budget.told;
  }

  /** Whether a stream may be opened: there is a key where one is needed, and it was not refused. */
  get mayStream(): boolean {
    return this.#hasKey && this.#rest.kind !== 'refused';
  }

  /** Why the limits refuse a question that costs `weights` now; null: they do not. */
  refusal(purpose: Purpose, weights: Weights = this.#one): Failure | null {
    return this.budget.refusal(weights, purpose);
  }

  /**
   * Runs one call that costs `weights`. Throws FailureError: its own, or (without asking) the reason why nothing may be
   * asked now. The user's own clicks pass a pause and the reserve; nothing passes a missing key or a spent limit, and in
   * the background nothing passes a refusal.
   */
  async call<T>(purpose: Purpose, run: (signal: AbortSignal) => Promise<T>, weights: Weights = this.#one): Promise<T> {
    const block = this.#rest.blocked(purpose === 'user' ? 'user' : 'background') ?? this.refusal(purpose, weights);
    if (block) throw new FailureError(block);
    const question: Asking = { purpose, wasTold: false, sent: 0, spend: null };
    try {
      const value = await asking.run(question, () => run(this.#abort.signal));
      this.#rest.answered();
      this.stream.restAnswered();
      if (!question.wasTold && question.sent > 0) this.budget.heardNothing();
      this.#lastAnswerAt = this.#tools.now();
      this.#answeredAt = this.#tools.elapsed();
      this.#publish();
      return value;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (reason.kind === 'cancelled') throw thrown;
      this.#rest.failed(reason);
      if (reason.kind === 'plan' && this.provider.info.credential.length > 0) this.#lacks = reason;
      if (reason.kind === 'rate-limited' && reason.retryAt !== null && question.sent > 0) {
        this.budget.spentUntil(reason.retryAt);
      }
      this.#publish();
      const retryAt = reason.retryAt ?? (this.#rest.failure === reason ? this.#rest.until : null);
      throw new FailureError({ ...reason, retryAt });
    }
  }

  /** The user asks to try again: pauses and a refusal are forgotten. */
  forgive(): void {
    this.#rest.forgive();
    this.#lacks = null;
    this.stream.forgive();
    this.#publish();
  }

  /** The machine woke up or the network changed: what was out of reach may be within reach. */
  woke(): void {
    this.#rest.woke();
    this.#publish();
  }

  streamState(state: StreamState): void {
    this.stream.enter(state);
    if (state.kind === 'live') this.#lastAnswerAt = this.#tools.now();
    // A key that REST takes and the stream does not is no reason to leave REST.
    if (state.kind === 'down' && state.failure.kind === 'auth' && !this.#rest.hasAnswered) {
      this.#rest.failed(state.failure);
    }
    this.#publish();
  }

  /** The stream was closed from here: the key was refused. */
  streamClosed(): void {
    this.stream.closed();
    this.#publish();
  }

  /** The stream brought something. */
  heard(): void {
    this.#lastAnswerAt = this.#tools.now();
    this.stream.heard(this.#lastAnswerAt);
    if (this.#tools.elapsed() - this.#publishedAt >= heardEveryMs) this.#publish();
  }

  /** The account's budget was put right by another connection. */
  learned(): void {
    this.#publish();
  }

  /** Time alone changes states, too. */
  look(): void {
    if (this.#shown().state !== this.#shownState) this.#publish();
  }

  status(): ProviderStatus {
    const { store, now } = this.#tools;
    const shown = this.#shown();
    const resetAt = this.limits?.resetAt ?? null;
    const dayStart = unixMs(Math.floor(now() / dayMs) * dayMs);
    const countedFrom = resetAt ? unixMs(Math.min(resetAt - dayMs, now())) : dayStart;
    const told = { ...shown, rest: this.#rest.failure, stream: this.stream.state, lacks: this.#lacks };
    return {
      ...shown,
      id: this.provider.info.id,
      source: this.place.source,
      text: statusText(this.provider.info, { ...told, streamDown: this.stream.down?.failure ?? null }),
      since: this.#since,
      stream: this.stream.state,
      credential: this.#credential,
      limits: this.limits,
      lastAnswerAt: this.#lastAnswerAt,
      callsToday: store.requests.chargedSince(sourceKey(this.place.source), countedFrom),
    };
  }

  close(): void {
    this.#abort.abort();
  }

  get #one(): Weights {
    return weightsOf(this.provider.info.limits, 1);
  }

  #told(limits: RateLimits): void {
    const question = asking.getStore();
    if (question) question.wasTold = true;
    this.budget.heardLimits(limits, question?.spend ?? null);
  }

  #shown(): Shown {
    const { kind, failure, until } = this.#rest;
    const rest: Shown = { state: kind, failure, until };
    if (kind === 'no-key' || kind === 'refused') return rest;
    if (this.stream.state === 'live') {
      return { state: this.stream.isQuiet ? 'delayed' : 'live', failure: null, until: null };
    }
    // REST was not asked, or not since the network took the stream: the stream is all there is to tell of.
    if (kind !== 'idle' && !(kind === 'polling' && this.stream.isCutOff)) {
      const isLate = this.#tools.elapsed() - this.#answeredAt > patience * this.expectedMs;
      return kind === 'polling' && isLate ? { ...rest, state: 'stale' } : rest;
    }
    const { down } = this.stream;
    if (down) return { state: stateOf(down.failure) ?? 'error', failure: down.failure, until: down.retryAt };
    return this.stream.state === 'connecting' ? { state: 'connecting', failure: null, until: null } : rest;
  }

  #publish(): void {
    if (this.#abort.signal.aborted) return;
    const { state, until } = this.#shown();
    if (state !== this.#shownState) this.#since = this.#tools.now();
    this.#shownState = state;
    this.#publishedAt = this.#tools.elapsed();
    this.budget.pausedUntil(state === 'limited' || state === 'offline' ? until : null);
    this.#onStatus(this.status());
  }
}
