import { SvelteMap } from 'svelte/reactivity';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { LiquidationVolumes } from '../../src-main/contract/liquidation.ts';
import type { Asset, UnixMs } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import type { Source, VolumeProvider } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';

/** Beyond now, because the newest interval may have begun by another clock than ours. */
const ahead = 86_400_000;

interface Opened {
  readonly asset: Asset;
  readonly from: UnixMs;
}

/** Liquidated volumes of the focused asset, one series a provider, over the range that is on screen; from the cache. */
export class Volumes {
  readonly #client: Client;
  readonly #isInUse: (source: Source) => boolean;
  readonly #now: () => UnixMs;
  readonly #series = new SvelteMap<VolumeProvider, LiquidationVolumes>();
  readonly #failures = new SvelteMap<VolumeProvider, Failure>();
  #opened: Opened | null = null;
  #providers: readonly VolumeProvider[] = [];
  /** Counts what was opened: an answer to an older count is dropped. */
  #turn = 0;
  readonly #reading = new Set<VolumeProvider>();
  readonly #waiting = new Set<VolumeProvider>();

  constructor(client: Client, isInUse: (source: Source) => boolean, now: () => UnixMs) {
    this.#client = client;
    this.#isInUse = isInUse;
    this.#now = now;
  }

  of(provider: VolumeProvider): LiquidationVolumes | null {
    return this.#series.get(provider) ?? null;
  }

  /** Why the last read of the cache failed; what was read before stays. */
  failureOf(provider: VolumeProvider): Failure | null {
    return this.#failures.get(provider) ?? null;
  }

  /** What is on screen from now on. Only what is new of it is read. */
  open(asset: Asset, from: UnixMs, providers: readonly VolumeProvider[]): void {
    const isOther = this.#opened?.asset !== asset;
    const isWider = !isOther && from < (this.#opened?.from ?? 0);
    if (isOther) this.clear();
    const before = isOther || isWider ? [] : this.#providers;
    if (isOther || isWider) this.#opened = { asset, from };
    this.#providers = providers;
    for (const provider of providers) if (!before.includes(provider)) void this.#read(provider);
  }

  changed(source: Source, asset: Asset): void {
    const provider = this.#providers.find((each) => each === source.provider);
    if (provider !== undefined && asset === this.#opened?.asset && this.#isInUse(source)) void this.#read(provider);
  }

  /** Other sources, or another asset. */
  clear(): void {
    this.#turn += 1;
    this.#series.clear();
    this.#failures.clear();
    this.#reading.clear();
    this.#waiting.clear();
    this.#opened = null;
    this.#providers = [];
  }

  /** Reads one at a time a provider: what changes meanwhile is read once more afterwards. */
  async #read(provider: VolumeProvider): Promise<void> {
    const opened = this.#opened;
    if (opened === null) return;
    if (this.#reading.has(provider)) {
      this.#waiting.add(provider);
      return;
    }
    const turn = this.#turn;
    this.#reading.add(provider);
    try {
      const to = unixMs(this.#now() + ahead);
      const read = await this.#client.request('volumes/read', { provider, ...opened, to });
      if (turn !== this.#turn) return;
      this.#failures.delete(provider);
      if (read === null || !this.#isInUse(read.source)) this.#series.delete(provider);
      else this.#series.set(provider, read);
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.#failures.set(provider, toFailure(thrown));
    }
    this.#reading.delete(provider);
    if (this.#waiting.delete(provider)) void this.#read(provider);
  }
}
