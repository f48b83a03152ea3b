import type { Client } from '../bridge.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Notices } from './notices.svelte.ts';

export type SettingsPatch = Partial<Omit<Settings, 'market' | 'providers' | 'retention'>>;

/**
 * The settings as the user sees them: what main keeps, with the changes still on their way laid on top. Changes are
 * sent one at a time and those made meanwhile are joined, so that a dragged slider sends no flood.
 */
export class SettingsState {
  readonly #client: Client;
  readonly #notices: Notices;
  #kept: Settings;
  #ahead: SettingsPatch = $state.raw({});
  #unsent: SettingsPatch | null = null;
  #sending = false;
  readonly value: Settings = $derived.by(() => ({ ...this.#kept, ...this.#ahead }));

  constructor(client: Client, start: Settings, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
    this.#kept = $state.raw(start);
  }

  accept(settings: Settings): void {
    this.#kept = settings;
  }

  change(patch: SettingsPatch): void {
    this.#ahead = { ...this.#ahead, ...patch };
    this.#unsent = { ...this.#unsent, ...patch };
    if (!this.#sending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#sending = true;
    while (this.#unsent !== null) {
      const patch = this.#unsent;
      this.#unsent = null;
      try {
        this.#kept = await this.#client.request('settings/change', patch);
      } catch (thrown) {
        this.#notices.fail('settings/change', thrown);
      }
    }
    this.#ahead = {};
    this.#sending = false;
  }
}
