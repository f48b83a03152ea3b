import { untrack } from 'svelte';
import type { CandleTick, LinkName, StartState, Wanted } from '../../src-main/contract/channels.ts';
import type { Asset, Timeframe, UnixMs } from '../../src-main/contract/market.ts';
import type { MarketMode, ProviderSettings, Settings } from '../../src-main/contract/settings.ts';
import type { SnapshotKind } from '../../src-main/contract/snapshot.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';
import { Candles } from './candles.svelte.ts';
import { Clock } from './clock.svelte.ts';
import { Layout } from './layout.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Providers } from './providers.svelte.ts';
import { Quotes } from './quotes.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { Snapshots } from './snapshots.svelte.ts';
import { isInUse, modeOf, sourcesDiffer } from './sources.ts';
import type { Mode } from './sources.ts';
import { wantedOf } from './wanted.ts';

/** Everything the window shows, fed by main's events. Made from one `app/start`; lives as long as the window. */
export class Terminal {
  readonly #client: Client;
  readonly #settings: SettingsState;
  readonly version: string;
  readonly profile: string;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly providers: Providers;
  readonly quotes = new Quotes();
  readonly snapshots: Snapshots;
  readonly candles: Candles;
  readonly layout: Layout;
  /** Price of the level that a row of the Levels table points at. */
  highlight: number | null = $state(null);
  #loading = 0;

  readonly mode: Mode = $derived.by(() => modeOf(this.settings, this.providers.statuses));
  readonly #assetInFocus: Asset = $derived.by(() => this.settings.focus.asset);
  readonly #timeframeInFocus: Timeframe = $derived.by(() => this.settings.focus.timeframe);
  /** As text, so that settings which mean the same ask main nothing anew. */
  readonly #wanted: string = $derived.by(() => JSON.stringify(wantedOf(this.settings, this.layout.openTab)));

  constructor(client: Client, start: StartState, readNow: () => number = Date.now) {
    this.#client = client;
    this.version = start.version;
    this.profile = start.profile;
    this.clock = new Clock(readNow);
    this.notices = new Notices(start.notices, () => this.clock.now);
    this.#settings = new SettingsState(client, start.settings, this.notices);
    this.providers = new Providers(client, start.providers, start.statuses);
    this.snapshots = new Snapshots(client, (source) => isInUse(source, this.settings));
    this.candles = new Candles(client);
    this.layout = new Layout(this.#settings);
    this.#fill(start);
  }

  get settings(): Settings {
    return this.#settings.value;
  }

  get asset(): Asset {
    return this.#assetInFocus;
  }

  get timeframe(): Timeframe {
    return this.#timeframeInFocus;
  }

  change(patch: Parameters<SettingsState['change']>[0]): void {
    this.#settings.change(patch);
  }

  focus(asset: Asset, timeframe: Timeframe = this.timeframe): void {
    this.highlight = null;
    this.change({ focus: { asset, timeframe } });
  }

  /** Throws FailureError. */
  async chooseMarket(market: MarketMode): Promise<void> {
    this.#accept(await this.#client.request('market/choose', market));
  }

  /** Throws FailureError; `bad-request` says what is wrong with an address. */
  async configure(provider: ProviderId, settings: ProviderSettings): Promise<void> {
    this.#accept(await this.providers.configure(provider, settings));
  }

  async retryProvider(provider: ProviderId): Promise<void> {
    try {
      await this.providers.retry(provider);
    } catch (thrown) {
      this.notices.fail(`retry/${provider}`, thrown);
    }
  }

  async refresh(kind: SnapshotKind): Promise<void> {
    await this.snapshots.refresh(this.asset, kind);
  }

  async openLink(name: LinkName): Promise<void> {
    try {
      await this.#client.request('app/open-link', name);
    } catch (thrown) {
      this.notices.fail('app/open-link', thrown);
    }
  }

  /** The chart's own line to the ticks; they pass through no rune. */
  readonly onTick = (callback: (tick: CandleTick) => void): (() => void) =>
    this.#client.on('candles/tick', (tick) => {
      if (isInUse(tick.instrument.source, this.settings)) callback(tick);
    });

  /** Listens to main and keeps it told what is wanted. Returns the ending. */
  run(): () => void {
    const client = this.#client;
    const endings = [
      this.clock.run(),
      client.on('settings/changed', (settings) => this.#accept(settings)),
      client.on('notice/changed', (notice) => this.notices.accept(notice)),
      client.on('provider/changed', (status) => this.providers.accept(status)),
      client.on('quote/changed', (quote) => {
        if (isInUse(quote.instrument.source, this.settings)) this.quotes.accept(quote);
      }),
      client.on('snapshot/changed', (snapshot) => this.snapshots.accept(snapshot)),
      client.on('snapshot/trouble', (trouble) => this.snapshots.acceptTrouble(trouble)),
      client.on('candles/refilled', ({ asset, timeframe }) => void this.candles.refilled(asset, timeframe)),
      this.onTick((tick) => this.candles.acceptTick(tick)),
      $effect.root(() => {
        $effect(() => {
          const wanted = JSON.parse(this.#wanted) as Wanted;
          void this.#client.request('workspace/want', wanted).catch((thrown) => this.notices.fail('want', thrown));
        });
        $effect(() => {
          const { asset, timeframe } = this;
          untrack(() => void this.candles.open(asset, timeframe));
        });
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  #accept(settings: Settings): void {
    const before = this.settings;
    this.#settings.accept(settings);
    if (sourcesDiffer(before, settings)) void this.#reload();
  }

  /** Other sources: nothing of the former ones may stay, and what the cache has of the new ones is shown at once. */
  async #reload(): Promise<void> {
    this.#loading += 1;
    const turn = this.#loading;
    this.highlight = null;
    this.quotes.clear();
    this.snapshots.clear();
    void this.candles.reopen();
    try {
      const start = await this.#client.request('app/start', null);
      if (turn === this.#loading) this.#fill(start);
    } catch (thrown) {
      this.notices.fail('app/start', thrown);
    }
  }

  #fill(start: StartState): void {
    for (const status of start.statuses) this.providers.accept(status);
    for (const quote of start.quotes) if (isInUse(quote.instrument.source, this.settings)) this.quotes.accept(quote);
    for (const snapshot of start.snapshots) this.snapshots.accept(snapshot);
  }
}

/** Milliseconds since a moment, never negative: two clocks may differ by a little. */
export const ageOf = (at: UnixMs, now: UnixMs): number => Math.max(0, now - at);
