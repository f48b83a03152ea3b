import type { InspectorTab } from '../../src-main/contract/settings.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';
import type { SettingsState } from './settings.svelte.ts';

export type Side = 'watchlist' | 'inspector';
export type SettingsTab = 'providers' | 'market' | 'appearance' | 'data' | 'about';

/** Which side panels and dialogs are open. Wide: docked, as the settings remember. Narrow: at most one, as a drawer over the chart. */
export class Layout {
  readonly #settings: SettingsState;
  #isNarrow = $state(false);
  #drawer: Side | null = $state(null);
  isSettingsOpen = $state(false);
  /** Where the settings open, and stay while they are open. */
  settingsTab: SettingsTab = $state('providers');
  settingsProvider: ProviderId = $state('kingfisher');

  constructor(settings: SettingsState) {
    this.#settings = settings;
  }

  get isNarrow(): boolean {
    return this.#isNarrow;
  }

  setNarrow(narrow: boolean): void {
    this.#isNarrow = narrow;
    if (!narrow) this.#drawer = null;
  }

  isOpen(side: Side): boolean {
    return this.#isNarrow ? this.#drawer === side : this.#settings.value.layout[side];
  }

  toggle(side: Side): void {
    if (this.#isNarrow) this.#drawer = this.#drawer === side ? null : side;
    else this.#changeLayout({ [side]: !this.#settings.value.layout[side] });
  }

  /** The side panel that is open as a drawer. */
  get drawer(): Side | null {
    return this.#drawer;
  }

  closeDrawer(): void {
    this.#drawer = null;
  }

  openSettings(tab: SettingsTab = 'providers', provider: ProviderId = this.settingsProvider): void {
    this.settingsTab = tab;
    this.settingsProvider = provider;
    this.isSettingsOpen = true;
  }

  get openTab(): InspectorTab | null {
    return this.isOpen('inspector') ? this.#settings.value.layout.inspectorTab : null;
  }

  chooseTab(inspectorTab: InspectorTab): void {
    this.#changeLayout({ inspectorTab });
  }

  #changeLayout(patch: Partial<SettingsState['value']['layout']>): void {
    this.#settings.change({ layout: { ...this.#settings.value.layout, ...patch } });
  }
}
