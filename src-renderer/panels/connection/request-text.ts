import type { RequestLine, StreamCounts } from '../../../src-main/contract/diagnostics.ts';
import type { FailureKind } from '../../../src-main/contract/failure.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';
import type { ProviderInfo, ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import { missing } from '../../format/missing.ts';
import { exactNumber } from '../../format/price.ts';
import { formatAge } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';
import { counted } from '../parts/counted.ts';
import { shortMoment } from '../parts/moment-text.ts';

const failureWords: Readonly<Record<FailureKind, string>> = {
  offline: 'no connection',
  timeout: 'timed out',
  'rate-limited': 'limited',
  server: 'server error',
  auth: 'refused',
  plan: 'not in plan',
  unsupported: 'not served',
  'bad-request': 'not accepted',
  'bad-response': 'unreadable',
  keychain: 'keychain',
  store: 'not stored',
  cancelled: 'called off',
  bug: 'internal error',
};

type Answered = Pick<RequestLine, 'status' | 'failureKind'>;

/** What became of it: the log names no kind for a request that was answered, so its status tells; null: nothing is wrong. */
export function failedAs({ status, failureKind }: Answered): FailureKind | null {
  if (failureKind !== null || status === null || status < 400) return failureKind;
  if (status >= 500) return 'server';
  return byStatus[status] ?? 'bad-request';
}

const byStatus: Readonly<Record<number, FailureKind>> = {
  401: 'auth',
  403: 'plan',
  418: 'rate-limited',
  429: 'rate-limited',
};

/** `200`, `429 limited`, `timed out`. */
export function statusText(line: Answered): string {
  const { status } = line;
  const kind = failedAs(line);
  const word = kind === null ? '' : failureWords[kind];
  if (status === null) return word === '' ? missing : word;
  return word === '' ? String(status) : `${status} ${word}`;
}

export const purposeText = (purpose: RequestLine['purpose']): string => (purpose === 'user' ? 'yours' : 'background');

/** In the unit that the provider's first limit counts: `1 call`, `weight 5`; without a limit, calls. */
export function chargedText(charged: number, info: Pick<ProviderInfo, 'limits'> | null): string {
  return info?.limits[0]?.unit === 'weight' ? `weight ${exactNumber(charged)}` : counted(charged, 'call');
}

const streamWords: Readonly<Record<ProviderStatus['stream'], string>> = {
  off: 'No stream is open',
  connecting: 'The stream is being connected',
  live: 'The stream is connected',
  'not-included': 'The plan does not include the stream',
};

/** The stream and its counts since the program was started, in a sentence. */
export function streamText(stream: ProviderStatus['stream'], counts: StreamCounts | null, now: UnixMs): string {
  const word = streamWords[stream];
  if (counts === null || (counts.connects === 0 && counts.messages === 0)) return `${word}.`;
  const last = counts.lastMessageAt === null ? '' : `, the last ${formatAge(now - counts.lastMessageAt)} ago`;
  const replaced =
    counts.superseded === 0 ? '' : `, ${exactNumber(counts.superseded)} replaced by newer ones before they were shown`;
  return `${word}: ${counted(counts.messages, 'message')}${last}${replaced}; ${counted(counts.connects, 'connect')}.`;
}

/** `In this state since 14:02 UTC. Last answer 4 s ago.` */
export function sinceText(status: ProviderStatus, now: UnixMs, zone: TimeZoneChoice): string {
  const answer =
    status.lastAnswerAt === null ? 'No answer yet.' : `Last answer ${formatAge(now - status.lastAnswerAt)} ago.`;
  return `In this state since ${shortMoment(status.since, now, zone)}. ${answer}`;
}

/** What was not kept, and why nothing is missing for it. */
export function lossText(rejected: number, replacedEvents: number): string {
  const payloads =
    rejected === 0
      ? 'Every payload could be read.'
      : `${counted(rejected, 'payload')} could not be read and ${rejected === 1 ? 'is' : 'are'} kept in the database; nothing was drawn from ${rejected === 1 ? 'it' : 'them'}.`;
  const events =
    replacedEvents === 0
      ? 'No update was replaced on its way to this window.'
      : `${counted(replacedEvents, 'update')} ${replacedEvents === 1 ? 'was' : 'were'} replaced by newer ones while this window was slow or hidden; the newest is always shown.`;
  return `${payloads} ${events}`;
}
