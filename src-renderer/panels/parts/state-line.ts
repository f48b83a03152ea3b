import type { UnixMs } from '../../../src-main/contract/market.ts';
import type { ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import { formatAge } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';
import { stateLookOf } from '../mode-badges.ts';
import type { CredentialNoun } from './credential-noun.ts';
import { shortMoment } from './moment-text.ts';

/**
 * A provider's state in a few words, with the number that belongs to it: `delayed 40 s`, `answers over REST`,
 * `limited until 14:02 UTC`, `error, next try in 12 s`. `lastMessageAt`: of its stream, where that is known.
 */
export function stateLine(
  status: ProviderStatus,
  noun: CredentialNoun,
  now: UnixMs,
  zone: TimeZoneChoice,
  lastMessageAt: UnixMs | null = null,
): string {
  const { state, until } = status;
  const lastAt = state === 'delayed' ? (lastMessageAt ?? status.lastAnswerAt) : status.lastAnswerAt;
  const word = stateLookOf(state, noun).text;
  if (state === 'polling') return 'answers over REST';
  if (state === 'delayed' || state === 'stale') return lastAt === null ? word : `${word} ${formatAge(now - lastAt)}`;
  if (until === null || until <= now) return word;
  if (state === 'limited') return `${word} until ${shortMoment(until, now, zone)}`;
  return state === 'offline' || state === 'error' ? `${word}, next try in ${formatAge(until - now)}` : word;
}
