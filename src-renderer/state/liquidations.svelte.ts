import { SvelteMap } from 'svelte/reactivity';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { RealisedLiquidations } from '../../src-main/contract/liquidation.ts';
import type { Asset, UnixMs } from '../../src-main/contract/market.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import type { Source } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';
import { joinRealised, tableKey } from './realised.ts';

/** Rows held of a venue, the newest; three venues tell them. */
export const mostRows = 15_000;
/** A venue's events may come in a little out of order: so much before the newest is read again. */
const overlapMs = 60_000;

/** Realised liquidations of the focused asset, one table a venue; from the cache, as they come in. */
export class Liquidations {
  readonly #client: Client;
  readonly #isInUse: (source: Source) => boolean;
  readonly #now: () => UnixMs;
  readonly #tables = new SvelteMap<string, RealisedLiquidations>();
  readonly tables: readonly RealisedLiquidations[] = $derived(
    [...this.#tables.values()].sort((a, b) => a.source.provider.localeCompare(b.source.provider)),
  );
  #failure: Failure | null = $state.raw(null);
  #opened: { readonly asset: Asset; readonly from: UnixMs } | null = null;
  #turn = 0;
  #isReading = false;
  /** From when to read once the read under way is done; null: nothing came meanwhile. */
  #waiting: UnixMs | null = null;

  constructor(client: Client, isInUse: (source: Source) => boolean, now: () => UnixMs) {
    this.#client = client;
    this.#isInUse = isInUse;
    this.#now = now;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  open(asset: Asset, from: UnixMs): void {
    if (this.#opened?.asset === asset && this.#opened.from <= from) return;
    if (this.#opened?.asset !== asset) this.clear();
    this.#opened = { asset, from };
    void this.#read(from);
  }

  arrived(source: Source, asset: Asset): void {
    const opened = this.#opened;
    if (asset !== opened?.asset || !this.#isInUse(source)) return;
    const newest = [...this.#tables.values()]
      .filter((table) => table.source.provider === source.provider)
      .reduce((least, { times }) => Math.min(least, times.at(-1) ?? opened.from), Infinity);
    void this.#read(Number.isFinite(newest) ? unixMs(Math.max(opened.from, newest - overlapMs)) : opened.from);
  }

  /** Other sources, another asset, or nothing of it is on screen. */
  clear(): void {
    this.#turn += 1;
    this.#tables.clear();
    this.#failure = null;
    this.#opened = null;
    this.#isReading = false;
    this.#waiting = null;
  }

  async #read(from: UnixMs): Promise<void> {
    const opened = this.#opened;
    if (opened === null) return;
    if (this.#isReading) {
      this.#waiting = unixMs(Math.min(from, this.#waiting ?? from));
      return;
    }
    const turn = this.#turn;
    this.#isReading = true;
    try {
      const to = unixMs(this.#now() + 86_400_000);
      const read = await this.#client.request('liquidations/read', { asset: opened.asset, from, to, limit: mostRows });
      if (turn !== this.#turn) return;
      this.#failure = null;
      for (const table of read) {
        if (!this.#isInUse(table.source)) continue;
        const key = tableKey(table);
        this.#tables.set(key, joinRealised(this.#tables.get(key), table, from, mostRows));
      }
    } catch (thrown) {
      if (turn !== this.#turn) return;
      this.#failure = toFailure(thrown);
    }
    this.#isReading = false;
    const next = this.#waiting;
    this.#waiting = null;
    if (next !== null) void this.#read(next);
  }
}
