import type { MarketState } from '../../src-main/contract/channels.ts';
import type { ProviderStateKind, ProviderStatus } from '../../src-main/contract/provider-status.ts';
import type { EffectiveMarket, ProviderSettings, Settings } from '../../src-main/contract/settings.ts';
import { providerIds } from '../../src-main/contract/source.ts';
import type { ProviderId, Source } from '../../src-main/contract/source.ts';

/** Which market the numbers are of: the chosen one, and where main chooses, what it told last. */
export const effectiveMarket = (settings: Settings, told: MarketState): EffectiveMarket =>
  settings.market === 'auto' ? told.effective : settings.market;

/** Whether numbers of this source may be shown now. Late answers of a source that was left are not. */
export function isInUse(source: Source, settings: Settings, market: EffectiveMarket): boolean {
  if (market === 'simulated') return source.environment === 'simulated';
  const { environment, customUrl } = settings.providers[source.provider];
  return source.environment === environment && (environment !== 'custom' || source.host === hostOf(customUrl));
}

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).host : null);

/** What a change of settings or of the market means for what is shown. */
export interface SourceChange {
  /** Another market or other hosts: nothing of the former ones may stay. */
  readonly all: boolean;
  /** Other options of the same hosts: what these providers sent is of something else. */
  readonly providers: readonly ProviderId[];
}

export function sourceChange(
  before: { readonly settings: Settings; readonly market: EffectiveMarket },
  after: { readonly settings: Settings; readonly market: EffectiveMarket },
): SourceChange {
  const pairs = providerIds.map((id) => [id, before.settings.providers[id], after.settings.providers[id]] as const);
  return {
    all: before.market !== after.market || pairs.some(([, was, is]) => placeOf(was) !== placeOf(is)),
    providers: pairs.filter(([, was, is]) => optionsOf(was) !== optionsOf(is)).map(([id]) => id),
  };
}

const placeOf = ({ environment, customUrl, customStreamUrl }: ProviderSettings): string =>
  JSON.stringify([environment, customUrl, customStreamUrl]);
const optionsOf = ({ options }: ProviderSettings): string => JSON.stringify(Object.entries(options).sort());

/** The hosts other than production that data come from, each once. */
export function foreignHosts(settings: Settings, market: EffectiveMarket): readonly ('sandbox' | 'custom')[] {
  if (market === 'simulated') return [];
  const chosen = new Set(Object.values(settings.providers).map(({ environment }) => environment));
  return (['sandbox', 'custom'] as const).filter((environment) => chosen.has(environment));
}

export type Mode = 'live' | 'simulated' | 'offline' | 'connecting';

const answering: ReadonlySet<ProviderStateKind> = new Set(['live', 'polling', 'delayed', 'stale']);

/** What the window as a whole shows; each number still says its own source. */
export function modeOf(settings: Settings, market: EffectiveMarket, statuses: readonly ProviderStatus[]): Mode {
  if (market === 'simulated') return 'simulated';
  const states = statuses.filter((status) => isInUse(status.source, settings, market)).map((status) => status.state);
  if (states.some((state) => answering.has(state))) return 'live';
  return states.some((state) => state === 'offline' || state === 'error') ? 'offline' : 'connecting';
}
