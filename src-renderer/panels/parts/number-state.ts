import type { UnixMs } from '../../../src-main/contract/market.ts';
import type { TimeZoneChoice } from '../../format/time.ts';
import type { Freshness } from '../../state/freshness.ts';
import { stateLookOf, stateLooks, stateMeanings } from '../mode-badges.ts';
import type { StateLook } from '../mode-badges.ts';
import { labelMeanings } from './labels.ts';
import { shortMoment } from './moment-text.ts';

/** The mark before a number's age: that of its state, two bars while it is stale; null where there is no number. */
export function numberLook({ state, stale }: Freshness): StateLook | null {
  if (stale) return stateLooks.stale;
  return state === undefined ? null : stateLooks[state];
}

/** What stands beside the age of a number that is late, besides `stale`: `delayed`, `offline`, `limited until 14:02 UTC`; null: nothing. */
export function causeText(
  { state, until, credential = 'key' }: Freshness,
  now: UnixMs,
  zone: TimeZoneChoice,
): string | null {
  if (state === undefined || state === 'live' || state === 'polling' || state === 'stale') return null;
  if (state === 'limited' && typeof until === 'number' && until > now)
    return `limited until ${shortMoment(until, now, zone)}`;
  return stateLookOf(state, credential).text;
}

/** What follows the moment on hover: `. Stale: the source cannot be reached.` */
export function numberTitle({ state, stale, reason }: Freshness): string {
  if (stale) return `. Stale: ${reason ?? labelMeanings.stale}.`;
  if (state === undefined) return '';
  if (state === 'live' || state === 'polling') return `. ${stateMeanings[state]}`;
  return reason === null ? '' : `. Delayed: ${reason}.`;
}
