import type { Failure } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { CredentialState, ProviderStateKind, ProviderStatus } from '../contract/provider-status.ts';
import { sourceKey } from '../contract/source.ts';
import type { Store } from '../store/database.ts';
import type { Budget } from './budget.ts';
import { weightsOf } from './demands.ts';
import type { RestClock, RestState } from './rest-state.ts';
import { shownState, type Shown } from './shown-state.ts';
import { statusText } from './status-text.ts';
import type { StreamSide } from './stream-side.ts';

export interface StatusParts {
  readonly budget: Budget;
  readonly rest: RestState;
  readonly stream: StreamSide;
  readonly credential: CredentialState;
  readonly tools: RestClock & { readonly store: Store };
  onStatus(status: ProviderStatus): void;
}

const dayMs = 86_400_000;
/** A streaming provider's status is published for its age alone at most this often. */
const heardEveryMs = 5_000;
/** Without an answer for so many of the intervals that were planned, a polled provider is stale. */
const patience = 3;

/** What is said of a provider, made of what its REST side, its stream and the count of its limits are like. */
export class ConnectionStatus {
  /** Milliseconds between two answers, as planned; infinite: nothing is asked for regularly. */
  expectedMs = Number.POSITIVE_INFINITY;
  readonly #parts: StatusParts;
  /** What the plan was last said to lack: it is not asked for again, so good answers to other questions do not end it. */
  #lacks: Failure | null = null;
  #lastAnswerAt: UnixMs | null = null;
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** A question was held back by the count of the limits, and none has been answered since. */
  #isHeldBack = false;
  #nextTries: readonly UnixMs[] = [];
  #shownState: ProviderStateKind | null = null;
  #since: UnixMs;
  #publishedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: StatusParts) {
    this.#parts = parts;
    this.#since = parts.tools.now();
  }

  restAnswered(): void {
    this.#lastAnswerAt = this.#parts.tools.now();
    this.#answeredAt = this.#parts.tools.elapsed();
    this.#isHeldBack = false;
    this.#nextTries = [];
    this.publish();
  }

  heldBack(): void {
    this.#isHeldBack = true;
    this.look();
  }

  lacks(reason: Failure): void {
    this.#lacks = reason;
  }

  /** What failed will be asked for again then. */
  willTry(at: UnixMs): void {
    if (this.#parts.rest.kind !== 'error') return;
    const before = this.#nextTryAt;
    this.#nextTries = [...this.#nextTries.filter((one) => one > this.#parts.tools.now()), at];
    if (this.#nextTryAt !== before) this.publish();
  }

  forgive(): void {
    this.#lacks = null;
    this.#isHeldBack = false;
    this.publish();
  }

  streamIsLive(): void {
    this.#lastAnswerAt = this.#parts.tools.now();
  }

  /** The stream brought something. */
  heard(): void {
    const { stream, tools } = this.#parts;
    this.#lastAnswerAt = tools.now();
    stream.heard(this.#lastAnswerAt);
    if (tools.elapsed() - this.#publishedAt >= heardEveryMs) this.publish();
  }

  /** Time alone changes states, too. */
  look(): void {
    if (this.#shown().state !== this.#shownState) this.publish();
  }

  status(): ProviderStatus {
    const { budget, rest, stream, credential, tools } = this.#parts;
    const { provider, source, told: limits } = budget;
    const shown = this.#shown();
    const resetAt = limits?.resetAt ?? null;
    const dayStart = unixMs(Math.floor(tools.now() / dayMs) * dayMs);
    const countedFrom = resetAt ? unixMs(Math.min(resetAt - dayMs, tools.now())) : dayStart;
    const told = { ...shown, rest: rest.failure, stream: stream.state, lacks: this.#lacks };
    return {
      ...shown,
      id: provider.info.id,
      source,
      text: statusText(provider.info, { ...told, streamDown: stream.down?.failure ?? null }),
      since: this.#since,
      stream: stream.state,
      credential,
      limits,
      lastAnswerAt: this.#lastAnswerAt,
      callsToday: tools.store.requests.chargedSince(sourceKey(source), countedFrom),
    };
  }

  publish(): void {
    const { rest, budget, tools, onStatus } = this.#parts;
    const { state } = this.#shown();
    if (state !== this.#shownState) this.#since = tools.now();
    this.#shownState = state;
    this.#publishedAt = tools.elapsed();
    budget.pausedUntil(rest.kind === 'limited' ? rest.until : null);
    onStatus(this.status());
  }

  get #nextTryAt(): UnixMs | null {
    const next = this.#nextTries.filter((at) => at > this.#parts.tools.now());
    return next.length === 0 ? null : unixMs(Math.min(...next));
  }

  #shown(): Shown {
    const { budget, rest, stream, tools } = this.#parts;
    const one = weightsOf(budget.provider.info.limits, 1);
    return shownState({
      rest,
      stream,
      isLate: tools.elapsed() - this.#answeredAt > patience * this.expectedMs,
      held: this.#isHeldBack ? budget.refusal(one, 'background') : null,
      nextTryAt: this.#nextTryAt,
    });
  }
}
