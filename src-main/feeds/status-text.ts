import type { Failure } from '../contract/failure.ts';
import type { ProviderInfo, ProviderStateKind, ProviderStatus } from '../contract/provider-status.ts';
import { noKeyFailure } from './rest-state.ts';

export interface Told {
  readonly state: ProviderStateKind;
  readonly failure: Failure | null;
  /** What REST said last. */
  readonly rest: Failure | null;
  readonly stream: ProviderStatus['stream'];
  readonly streamDown: Failure | null;
  /** What the plan was last said to lack. */
  readonly lacks: Failure | null;
}

export const noKeyOf = ({ name, credential }: ProviderInfo): Failure =>
  noKeyFailure(
    name,
    credential.map(({ label }) => label.toLowerCase()),
  );

/** The state of a provider in one sentence, or two. */
export function statusText(info: ProviderInfo, { state, failure, rest, stream, streamDown, lacks }: Told): string {
  const { name } = info;
  if (failure) return failure.message;
  const lacking = lacks ? ` ${lacks.message}` : '';
  switch (state) {
    case 'live':
      return `${name} is streaming.${rest ? ` ${rest.message}` : lacking}`;
    case 'delayed':
      return `${name} is connected, but its stream has been quiet for more than a minute.${lacking}`;
    case 'stale':
      return `${name} has answered, but not as often as planned.${lacking}`;
    case 'polling': {
      const isPartial = stream === 'not-included';
      const told = isPartial ? '; the stream is not part of this plan.' : '.';
      const trouble = !isPartial && streamDown ? ` ${streamDown.message}` : '';
      return `${name} answers over REST${told}${trouble}${lacking}`;
    }
    case 'no-key':
      return noKeyOf(info).message;
    case 'connecting':
      return `${name} is being asked.`;
    default:
      return `${name} is not being asked for anything now.`;
  }
}
