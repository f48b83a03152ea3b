import { SvelteMap } from 'svelte/reactivity';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { LiquidationProfile } from '../../src-main/contract/liquidation.ts';
import type { Asset, UnixMs } from '../../src-main/contract/market.ts';
import type { MapProvider } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';

/** Where a map of the past stands. While it is asked for, or when that failed, the latest one goes on. */
export interface Moment {
  readonly at: UnixMs;
  readonly profile: LiquidationProfile | null;
  readonly failure: Failure | null;
  readonly isAsking: boolean;
}

/** Maps of chosen moments that are shown in place of the latest ones. */
export class Moments {
  readonly #client: Client;
  readonly #byKey = new SvelteMap<string, Moment>();

  constructor(client: Client) {
    this.#client = client;
  }

  of(asset: Asset, provider: MapProvider): Moment | null {
    return this.#byKey.get(`${provider}/${asset}`) ?? null;
  }

  async ask(asset: Asset, provider: MapProvider, at: UnixMs): Promise<void> {
    const key = `${provider}/${asset}`;
    const shown = this.#byKey.get(key)?.profile ?? null;
    const asked: Moment = { at, profile: shown, failure: null, isAsking: true };
    this.#byKey.set(key, asked);
    const settle = (moment: Moment): void => {
      // Another moment was asked for since, or the latest, or the sources changed.
      if (this.#byKey.get(key) === asked) this.#byKey.set(key, moment);
    };
    try {
      const profile = await this.#client.request('snapshot/at', { provider, asset, at });
      settle({ at, profile, failure: null, isAsking: false });
    } catch (thrown) {
      settle({ at, profile: null, failure: toFailure(thrown), isAsking: false });
    }
  }

  /** Back to the latest. */
  leave(asset: Asset, provider: MapProvider): void {
    this.#byKey.delete(`${provider}/${asset}`);
  }

  clear(): void {
    this.#byKey.clear();
  }
}
