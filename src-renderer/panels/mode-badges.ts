import type { ProviderStateKind } from '../../src-main/contract/provider-status.ts';
import type { Mode } from '../state/sources.ts';
import type { MarkShape, Tone } from '../ui/marks.ts';
import type { CredentialNoun } from './parts/credential-noun.ts';

export interface StateLook {
  readonly text: string;
  readonly shape: MarkShape;
  readonly tone: Tone;
}

export type ModeBadge = StateLook & { readonly title: string };

const modeBadges: Readonly<Record<Mode, ModeBadge>> = {
  live: { text: 'LIVE', shape: 'disc', tone: 'good', title: 'Live data from the providers chosen in Settings.' },
  simulated: {
    text: 'SIMULATED',
    shape: 'diamond',
    tone: 'simulated',
    title: 'The built-in simulated market. No number here is real.',
  },
  offline: {
    text: 'OFFLINE',
    shape: 'cross',
    tone: 'warning',
    title: 'No source can be reached. What is shown is the last known state, with its age.',
  },
  connecting: {
    text: 'CONNECTING',
    shape: 'ring',
    tone: 'plain',
    title: 'Live data is chosen, but no source has answered yet. What is shown is the last known state, with its age.',
  },
};

/**
 * The window's badge; `reason`: why the market is simulated though it was not chosen. Data that come from elsewhere than a provider's own production host are never called plain LIVE:
 * `LIVE · SANDBOX`, `LIVE · SANDBOX + CUSTOM`.
 */
export function modeBadge(
  mode: Mode,
  foreign: readonly ('sandbox' | 'custom')[],
  reason: string | null = null,
): ModeBadge {
  const badge = modeBadges[mode];
  if (mode === 'simulated') return reason === null ? badge : { ...badge, title: `${badge.title} ${reason}` };
  if (foreign.length === 0) return badge;
  const words = foreign.map((each) => each.toUpperCase()).join(' + ');
  const hosts = foreign
    .map((each) => (each === 'sandbox' ? 'a provider’s test host' : 'a custom address'))
    .join(' and ');
  return {
    ...badge,
    ...(mode === 'live' ? ({ shape: 'diamond', tone: 'simulated' } as const) : {}),
    text: `${badge.text} · ${words}`,
    title: `${badge.title} Not all of it is a provider’s own production data: Settings → Providers names ${hosts}.`,
  };
}

/**
 * How each state looks. The shape tells the family, the word the state: full or half a disc while answers come, two bars
 * where it waits, a triangle or a cross where the user may have to do something, a ring where nothing is asked.
 */
export const stateLooks: Readonly<Record<ProviderStateKind, StateLook>> = {
  live: { text: 'live', shape: 'disc', tone: 'good' },
  delayed: { text: 'delayed', shape: 'half', tone: 'warning' },
  polling: { text: 'polling', shape: 'half', tone: 'good' },
  stale: { text: 'stale', shape: 'pause', tone: 'warning' },
  connecting: { text: 'connecting', shape: 'ring', tone: 'plain' },
  idle: { text: 'idle', shape: 'ring', tone: 'plain' },
  'no-key': { text: 'no key', shape: 'ring', tone: 'warning' },
  offline: { text: 'offline', shape: 'cross', tone: 'warning' },
  limited: { text: 'limited', shape: 'pause', tone: 'warning' },
  refused: { text: 'key refused', shape: 'cross', tone: 'error' },
  plan: { text: 'not in plan', shape: 'triangle', tone: 'warning' },
  error: { text: 'error', shape: 'triangle', tone: 'error' },
};

/** The same in the provider's own words: `login refused` where a login is what it asks for. */
export const stateLookOf = (state: ProviderStateKind, noun: CredentialNoun): StateLook => {
  const look = stateLooks[state];
  return state === 'refused' || state === 'no-key' ? { ...look, text: look.text.replace('key', noun) } : look;
};

/** What each state means: on hover and in Settings → About. */
export const stateMeanings: Readonly<Record<ProviderStateKind, string>> = {
  live: 'The stream is connected and sends.',
  delayed: 'An update is missing: what is shown is older than it should be, by its age.',
  polling: 'Answers come over REST, on schedule.',
  stale: 'Several updates are missing: the last known value is shown, with its age.',
  connecting: 'The first answer is awaited.',
  idle: 'Nothing is asked of it now.',
  'no-key': 'Nothing can be asked of it before you add what it knows you by.',
  offline: 'It cannot be reached. It is tried again by itself.',
  limited: 'Its limit is used up. It is asked again when the limit is reset.',
  refused: 'It does not take the key or login. Nothing is sent until you change it.',
  plan: 'Your plan with the provider does not include this.',
  error:
    'Its answers fail or cannot be read. It is tried again by itself, unless the sentence beside it says otherwise.',
};
