import { FailureError, toFailure, type Failure } from '../contract/failure.ts';
import type { Asset } from '../contract/market.ts';
import type { CredentialState, ProviderStatus, RateLimits } from '../contract/provider-status.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import type { Secret } from '../engine-messages.ts';
import type { Weights } from '../net/budget/ledger.ts';
import { shareSockets } from '../net/shared-socket.ts';
import type { OpenSocket } from '../net/socket.ts';
import type { Options, Provider, ProviderClient, StreamState } from '../providers/provider.ts';
import type { Budget } from './budget.ts';
import type { Budgets } from './budgets.ts';
import { ConnectionStatus } from './connection-status.ts';
import { countedHttp, type LogTools } from './counted-http.ts';
import { weightsOf } from './demands.ts';
import type { Place } from './place.ts';
import { asking, question, type Purpose } from './purpose.ts';
import { RestState, type RestClock } from './rest-state.ts';
import { sharedHttp } from './shared-http.ts';
import { noKeyOf } from './status-text.ts';
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
  readonly said: ConnectionStatus;
  readonly #hasKey: boolean;
  readonly #abort = new AbortController();
  readonly #rest: RestState;

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
    this.#hasKey = provider.info.credential.length === 0 || key.secret !== null;
    this.#rest = new RestState(tools, this.#hasKey ? null : noKeyOf(provider.info));
    this.said = new ConnectionStatus({
      ...{ budget: this.budget, rest: this.#rest, stream: this.stream, credential: key.state, tools },
      onStatus: (status) => {
        if (!this.#abort.signal.aborted) onStatus(status);
      },
    });
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

  /** Why nothing that costs `weights` may be asked now; null: it may. */
  blocked(purpose: Purpose, weights: Weights = this.#one): Failure | null {
    return this.#rest.blocked(purpose === 'user' ? 'user' : 'background') ?? this.refusal(purpose, weights);
  }

  /**
   * Runs one call that costs `weights`. Throws FailureError: its own, or (without asking) the reason why nothing may be
   * asked now. The user's own clicks pass a pause and the reserve; nothing passes a missing key or a spent limit, and in
   * the background nothing passes a refusal.
   */
  async call<T>(purpose: Purpose, run: (signal: AbortSignal) => Promise<T>, weights: Weights = this.#one): Promise<T> {
    const block = this.blocked(purpose, weights);
    if (block) {
      if (purpose !== 'user' && block.kind === 'rate-limited') this.said.heldBack();
      throw new FailureError(block);
    }
    const asked = question(purpose);
    try {
      const value = await asking.run(asked, () => run(this.#abort.signal));
      this.#rest.answered();
      this.stream.restAnswered();
      if (!asked.wasTold && asked.sent > 0) this.budget.heardNothing();
      this.said.restAnswered();
      return value;
    } catch (thrown) {
      const reason = toFailure(thrown);
      if (reason.kind === 'cancelled') throw thrown;
      // The provider has said nothing: it is one question's affair, and no pause for the others.
      if (asked.wasHeldBack && reason.kind === 'rate-limited') {
        if (purpose !== 'user') this.said.heldBack();
        throw thrown;
      }
      this.#rest.failed(reason);
      if (reason.kind === 'plan' && this.provider.info.credential.length > 0) this.said.lacks(reason);
      if (reason.kind === 'rate-limited' && reason.retryAt !== null && asked.sent > 0) {
        this.budget.spentUntil(reason.retryAt);
      }
      this.said.publish();
      const retryAt = reason.retryAt ?? (this.#rest.failure === reason ? this.#rest.until : null);
      throw new FailureError({ ...reason, retryAt });
    }
  }

  /** The user asks to try again: pauses and a refusal are forgotten. */
  forgive(): void {
    this.#rest.forgive();
    this.stream.forgive();
    this.said.forgive();
  }

  /** The machine woke up or the network changed: what was out of reach may be within reach. */
  woke(): void {
    this.#rest.woke();
    this.said.publish();
  }

  streamState(state: StreamState): void {
    this.stream.enter(state);
    if (state.kind === 'live') this.said.streamIsLive();
    // A key that REST takes and the stream does not is no reason to leave REST.
    if (state.kind === 'down' && state.failure.kind === 'auth' && !this.#rest.hasAnswered) {
      this.#rest.failed(state.failure);
    }
    this.said.publish();
  }

  /** The stream was closed from here: the key was refused. */
  streamClosed(): void {
    this.stream.closed();
    this.said.publish();
  }

  /** The stream brought something. */
  heard(): void {
    this.said.heard();
  }

  /** The account's budget was put right by another connection. */
  learned(): void {
    this.said.publish();
  }

  status(): ProviderStatus {
    return this.said.status();
  }

  close(): void {
    this.#abort.abort();
  }

  get #one(): Weights {
    return weightsOf(this.provider.info.limits, 1);
  }

  #told(limits: RateLimits): void {
    const asked = asking.getStore();
    if (asked) asked.wasTold = true;
    this.budget.heardLimits(limits, asked?.spend ?? null);
  }
}
