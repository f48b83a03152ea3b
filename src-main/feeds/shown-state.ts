import type { Failure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { ProviderStatus } from '../contract/provider-status.ts';
import { stateOf, type RestState } from './rest-state.ts';
import type { StreamSide } from './stream-side.ts';

/** What is shown of a provider: its state, why, and until when. */
export type Shown = Pick<ProviderStatus, 'state' | 'failure' | 'until'>;

export interface ShownParts {
  readonly rest: Pick<RestState, 'kind' | 'failure' | 'until'>;
  readonly stream: Pick<StreamSide, 'state' | 'isQuiet' | 'isCutOff' | 'down'>;
  /** REST has not answered for longer than was planned. */
  readonly isLate: boolean;
  /** Why the count of the limits holds back what is wanted; null: it does not. */
  readonly held: Failure | null;
  /** When REST is asked again after what concerned one question only; null: not known. */
  readonly nextTryAt: UnixMs | null;
}

export function shownState({ rest, stream, isLate, held, nextTryAt }: ShownParts): Shown {
  const { kind, failure, until } = rest;
  const told: Shown = { state: kind, failure, until: kind === 'error' ? nextTryAt : until };
  if (kind === 'no-key' || kind === 'refused') return told;
  if (stream.state === 'live') return { state: stream.isQuiet ? 'delayed' : 'live', failure: null, until: null };
  const isCalm = kind === 'polling' || kind === 'idle' || kind === 'connecting';
  if (held && isCalm) return { state: 'limited', failure: held, until: held.retryAt };
  // REST was not asked, or not since the network took the stream: the stream is all there is to tell of.
  if (kind !== 'idle' && !(kind === 'polling' && stream.isCutOff)) {
    return kind === 'polling' && isLate ? { ...told, state: 'stale' } : told;
  }
  const { down } = stream;
  if (down) return { state: stateOf(down.failure) ?? 'error', failure: down.failure, until: down.retryAt };
  return stream.state === 'connecting' ? { state: 'connecting', failure: null, until: null } : told;
}
