import type { ProviderStateKind } from '../../src-main/contract/provider-status.ts';
import type { Mode } from '../state/sources.ts';
import type { MarkShape, Tone } from '../ui/marks.ts';

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

export const stateLooks: Readonly<Record<ProviderStateKind, StateLook>> = {
  live: { text: 'live', shape: 'disc', tone: 'good' },
  polling: { text: 'polling', shape: 'half', tone: 'good' },
  connecting: { text: 'connecting', shape: 'ring', tone: 'plain' },
  idle: { text: 'idle', shape: 'ring', tone: 'plain' },
  'no-key': { text: 'no key', shape: 'ring', tone: 'warning' },
  offline: { text: 'offline', shape: 'cross', tone: 'warning' },
  limited: { text: 'limited', shape: 'pause', tone: 'warning' },
  refused: { text: 'key refused', shape: 'cross', tone: 'error' },
  plan: { text: 'not in plan', shape: 'triangle', tone: 'warning' },
  error: { text: 'error', shape: 'triangle', tone: 'error' },
};
