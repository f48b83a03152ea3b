import { failure, FailureError, toFailure, type Failure } from '../contract/failure.ts';
import { unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { CredentialState, ProviderStateKind, ProviderStatus, RateLimits } from '../contract/provider-status.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey } from '../contract/source.ts';
import type { Secret } from '../engine-messages.ts';
import { mayCallInBackground } from '../net/budget.ts';
import type { OpenSocket } from '../net/socket.ts';
import type { Options, Provider, ProviderClient, StreamState } from '../providers/provider.ts';
import { KnownLimits } from './known-limits.ts';
import { loggedHttp, type LogTools } from './logged-http.ts';
import type { Place } from './place.ts';
import { noKeyFailure, RestState, stateOf, type RestClock } from './rest-state.ts';

/** A credential as it is kept, and how. */
export interface Key {
  readonly secret: Secret | null;
  readonly state: CredentialState;
}

export interface ConnectionTools extends LogTools, RestClock {
  readonly openSocket: OpenSocket;
}

const hourMs = 3_600_000;
/** A streaming provider's status is published for its age alone at most this often. */
const heardEveryMs = 5_000;

/** What is shown of a provider: its state, why, and until when. */
type Shown = Pick<ProviderStatus, 'state' | 'failure' | 'until'>;

/**
 * One provider at one place with one key: what it may be asked now, what it answered last, and in which state that leaves
 * it. Every call goes through `call`, which keeps the request log, the limits, and the rules: a refused key is not used
 * again, a limit and a Retry-After are respected, an outage is retried with growing pauses. The stream has a state of its
 * own: it neither lifts nor causes a pause of REST.
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
  readonly #rest: RestState;
  readonly #limits: KnownLimits;
  #stream: ProviderStatus['stream'] = 'off';
  #streamDown: { readonly failure: Failure; readonly retryAt: UnixMs | null } | null = null;
  /** The network took the stream, and REST was not heard since: the newest word on the network is the stream's. */
  #isCutOff = false;
  /** What the plan was last said to lack: it is not asked for again, so good answers to other questions do not end it. */
  #lacks: Failure | null = null;
  #lastAnswerAt: UnixMs | null = null;
  #shownState: ProviderStateKind | null = null;
  #since: UnixMs;
  #publishedAt = Number.NEGATIVE_INFINITY;

  /** `remembersLimits` false: what is learned of limits is not written down, for the key is not the one that is kept. */
  constructor(
    provider: Provider,
    place: Place,
    key: Key,
    tools: ConnectionTools,
    onStatus: (status: ProviderStatus) => void,
    remembersLimits = true,
  ) {
    this.provider = provider;
    this.place = place;
    this.#tools = tools;
    this.#credential = key.state;
    this.#hasKey = provider.info.credential.length === 0 || key.secret !== null;
    this.#onStatus = onStatus;
    this.#rest = new RestState(tools, this.#hasKey ? null : this.#noKey());
    this.#limits = new KnownLimits(place.source, tools, remembersLimits);
    this.#since = tools.now();
    this.client = provider.connect({
      source: place.source,
      restUrl: place.restUrl,
      streamUrl: place.streamUrl,
      secret: key.secret,
      options: place.options,
      http: loggedHttp(place.source, tools),
      openSocket: tools.openSocket,
      now: tools.now,
      onLimits: (limits) => this.#limits.told(limits),
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
    return this.#limits.value;
  }

  /** Whether a stream may be opened: there is a key where one is needed, and it was not refused. */
  get mayStream(): boolean {
    return this.#hasKey && this.#rest.kind !== 'refused';
  }

  /**
   * Runs one call. Throws FailureError: its own, or (without asking) the reason why nothing may be asked now. The user's
   * own clicks pass a pause and the reserve; nothing passes a missing key, and in the background nothing passes a refusal.
   */
  async call<T>(purpose: 'background' | 'user', run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const block = this.#rest.blocked(purpose) ?? (purpose === 'user' ? null : this.#overBudget());
    if (block) throw new FailureError(block);
    this.#limits.expect();
    try {
      const value = await run(this.#abort.signal);
      this.#rest.answered();
      this.#isCutOff = false;
      this.#limits.answered();
      this.#lastAnswerAt = this.#tools.now();
      this.#publish();
      return value;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (reason.kind === 'cancelled') throw thrown;
      this.#rest.failed(reason);
      if (reason.kind === 'plan' && this.provider.info.credential.length > 0) this.#lacks = reason;
      if (reason.kind === 'rate-limited' && reason.retryAt !== null) this.#limits.spentUntil(reason.retryAt);
      this.#publish();
      const retryAt = reason.retryAt ?? (this.#rest.failure === reason ? this.#rest.until : null);
      throw new FailureError({ ...reason, retryAt });
    }
  }

  /** The user asks to try again: pauses and a refusal are forgotten. */
  forgive(): void {
    this.#rest.forgive();
    this.#lacks = null;
    this.#streamDown = null;
    this.#isCutOff = false;
    this.#publish();
  }

  /** Limits that another connection to the same source was told for the same key. */
  noteLimits(limits: RateLimits): void {
    this.#limits.told(limits);
    this.#publish();
  }

  streamState(state: StreamState): void {
    if (state.kind === 'live') {
      this.#stream = 'live';
      this.#streamDown = null;
      this.#isCutOff = false;
      this.#lastAnswerAt = this.#tools.now();
    } else if (state.kind !== 'down') {
      this.#stream = 'connecting';
    } else if (state.failure.kind === 'plan') {
      // A plan without the stream is no fault: REST goes on.
      this.#stream = 'not-included';
    } else {
      this.#stream = state.retryAt === null ? 'off' : 'connecting';
      this.#streamDown = state;
      this.#isCutOff = state.failure.kind === 'offline';
      // A key that REST takes and the stream does not is no reason to leave REST.
      if (state.failure.kind === 'auth' && !this.#rest.hasAnswered) this.#rest.failed(state.failure);
    }
    this.#publish();
  }

  /** The stream was closed from here: the key was refused. */
  streamClosed(): void {
    this.#stream = 'off';
    this.#streamDown = null;
    this.#isCutOff = false;
    this.#publish();
  }

  /** The stream brought something. */
  heard(): void {
    this.#lastAnswerAt = this.#tools.now();
    if (this.#tools.elapsed() - this.#publishedAt >= heardEveryMs) this.#publish();
  }

  status(): ProviderStatus {
    const { store, now } = this.#tools;
    const shown = this.#shown();
    const resetAt = this.limits?.resetAt ?? null;
    const dayStart = unixMs(Math.floor(now() / (24 * hourMs)) * 24 * hourMs);
    const countedFrom = resetAt ? unixMs(Math.min(resetAt - 24 * hourMs, now())) : dayStart;
    return {
      ...shown,
      id: this.provider.info.id,
      source: this.place.source,
      text: this.#text(shown),
      since: this.#since,
      stream: this.#stream,
      credential: this.#credential,
      limits: this.limits,
      lastAnswerAt: this.#lastAnswerAt,
      callsToday: store.requests.chargedSince(sourceKey(this.place.source), countedFrom),
    };
  }

  close(): void {
    this.#abort.abort();
  }

  #overBudget(): Failure | null {
    const budget = mayCallInBackground(this.limits, this.#tools.now());
    if (budget.ok) return null;
    const { name } = this.provider.info;
    return failure('rate-limited', `${name}: ${budget.reason}`, { retryAt: budget.waitUntil });
  }

  #shown(): Shown {
    const { kind, failure, until } = this.#rest;
    const rest: Shown = { state: kind, failure, until };
    if (kind === 'no-key' || kind === 'refused') return rest;
    if (this.#stream === 'live') return { state: 'live', failure: null, until: null };
    // REST was not asked, or not since the network took the stream: the stream is all there is to tell of.
    if (kind !== 'idle' && !(kind === 'polling' && this.#isCutOff)) return rest;
    const down = this.#streamDown;
    if (down) return { state: stateOf(down.failure) ?? 'error', failure: down.failure, until: down.retryAt };
    return this.#stream === 'connecting' ? { state: 'connecting', failure: null, until: null } : rest;
  }

  #publish(): void {
    if (this.#abort.signal.aborted) return;
    const { state } = this.#shown();
    if (state !== this.#shownState) this.#since = this.#tools.now();
    this.#shownState = state;
    this.#publishedAt = this.#tools.elapsed();
    this.#onStatus(this.status());
  }

  #noKey(): Failure {
    const { name, credential } = this.provider.info;
    return noKeyFailure(
      name,
      credential.map(({ label }) => label.toLowerCase()),
    );
  }

  #text({ state, failure }: Shown): string {
    const { name } = this.provider.info;
    if (failure) return failure.message;
    const lacking = this.#lacks ? ` ${this.#lacks.message}` : '';
    switch (state) {
      case 'live':
        return `${name} is streaming.${this.#rest.failure ? ` ${this.#rest.failure.message}` : lacking}`;
      case 'polling': {
        const isPartial = this.#stream === 'not-included';
        const stream = isPartial ? '; the stream is not part of this plan.' : '.';
        const trouble = !isPartial && this.#streamDown ? ` ${this.#streamDown.failure.message}` : '';
        return `${name} answers over REST${stream}${trouble}${lacking}`;
      }
      case 'no-key':
        return this.#noKey().message;
      case 'connecting':
        return `${name} is being asked.`;
      default:
        return `${name} is not being asked for anything now.`;
    }
  }
}
