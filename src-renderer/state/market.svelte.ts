import type { MarketState } from '../../src-main/contract/channels.ts';
import type { EffectiveMarket } from '../../src-main/contract/settings.ts';
import type { Source } from '../../src-main/contract/source.ts';
import type { Providers } from './providers.svelte.ts';
import type { Serving } from './serving.ts';
import type { SettingsState } from './settings.svelte.ts';
import { effectiveMarket, isInUse, modeOf } from './sources.ts';
import type { Mode } from './sources.ts';

/** Which market the numbers are of: what the settings choose, and where main chooses, what it told last. */
export class Market {
  readonly #settings: SettingsState;
  readonly #providers: Providers;
  #told: MarketState = $state.raw({ effective: 'live', reason: null });

  readonly effective: EffectiveMarket = $derived.by(() => effectiveMarket(this.#settings.value, this.#told));
  readonly mode: Mode = $derived.by(() => modeOf(this.#settings.value, this.effective, this.#providers.statuses));

  constructor(settings: SettingsState, providers: Providers) {
    this.#settings = settings;
    this.#providers = providers;
  }

  accept(told: MarketState): void {
    this.#told = told;
  }

  /** Why `auto` is simulated now, as main's last word on it; null otherwise. */
  get reason(): string | null {
    return this.#settings.value.market === 'auto' && this.effective === 'simulated' ? this.#told.reason : null;
  }

  /** Whether numbers of a source may be shown now. */
  readonly isInUse = (source: Source): boolean => isInUse(source, this.#settings.value, this.effective);

  /** From which follows who can be asked for what. */
  get serving(): Serving {
    const providers = this.#providers;
    return { infos: providers.infos, status: (id) => providers.status(id), market: this.effective };
  }
}
