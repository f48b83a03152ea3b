import type { ProviderStatus } from '../../src-main/contract/provider-status.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Source } from '../../src-main/contract/source.ts';

/** Whether numbers of this source may be shown under these settings. Late answers of a source that was left are not. */
export function isInUse(source: Source, settings: Settings): boolean {
  if (settings.market === 'simulated') return source.environment === 'simulated';
  const { environment, customUrl } = settings.providers[source.provider];
  return source.environment === environment && (environment !== 'custom' || source.host === hostOf(customUrl));
}

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host : null);

/** Whether a change of settings moved the feeds to other sources. */
export function sourcesDiffer(before: Settings, after: Settings): boolean {
  return before.market !== after.market || JSON.stringify(before.providers) !== JSON.stringify(after.providers);
}

/** The hosts other than production that data come from under these settings, each once. */
export function foreignHosts(settings: Settings): readonly ('sandbox' | 'custom')[] {
  if (settings.market === 'simulated') return [];
  const chosen = new Set(Object.values(settings.providers).map(({ environment }) => environment));
  return (['sandbox', 'custom'] as const).filter((environment) => chosen.has(environment));
}

export type Mode = 'live' | 'simulated' | 'offline' | 'connecting';

/** What the window as a whole shows; each number still says its own source. */
export function modeOf(settings: Settings, statuses: readonly ProviderStatus[]): Mode {
  if (settings.market === 'simulated') return 'simulated';
  const states = statuses.filter((status) => isInUse(status.source, settings)).map((status) => status.state);
  if (states.some((state) => state === 'live' || state === 'polling')) return 'live';
  return states.some((state) => state === 'offline' || state === 'error') ? 'offline' : 'connecting';
}
