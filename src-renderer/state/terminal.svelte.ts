import { untrack } from 'svelte';
import type { CandleTick, LinkName, MarketState, StartState, Wanted } from '../../src-main/contract/channels.ts';
import type { Asset, Timeframe, UnixMs } from '../../src-main/contract/market.ts';
import type { EffectiveMarket, MarketMode, ProviderSettings, Settings } from '../../src-main/contract/settings.ts';
import type { SnapshotKind } from '../../src-main/contract/snapshot.ts';
import type { PriceProvider, ProviderId, Source } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';
import { Candles } from './candles.svelte.ts';
import { Clock } from './clock.svelte.ts';
import { History } from './history.svelte.ts';
import { Layout } from './layout.svelte.ts';
import { Liquidations } from './liquidations.svelte.ts';
import { Moments } from './moments.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Providers } from './providers.svelte.ts';
import { Quotes } from './quotes.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { Snapshots } from './snapshots.svelte.ts';
import { shownFrom } from './shown-range.ts';
import type { Serving } from './serving.ts';
import { effectiveMarket, isInUse, modeOf, sourceChange } from './sources.ts';
import type { Mode } from './sources.ts';
import { Volumes } from './volumes.svelte.ts';
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
  readonly volumes: Volumes;
  readonly liquidations: Liquidations;
  readonly moments: Moments;
  readonly history: History;
  readonly layout: Layout;
  /** Price of the level that a row of the Levels table points at. */
  highlight: number | null = $state(null);
  /** Moment that the chart's crosshair points at; null: none. */
  pointedTime: UnixMs | null = $state(null);
  #told: MarketState = $state.raw({ effective: 'live', reason: null });
  #loading = 0;

  /** Which market the numbers are of. */
  readonly market: EffectiveMarket = $derived.by(() => effectiveMarket(this.settings, this.#told));
  readonly mode: Mode = $derived.by(() => modeOf(this.settings, this.market, this.providers.statuses));
  readonly #assetInFocus: Asset = $derived.by(() => this.settings.focus.asset);
  readonly #timeframeInFocus: Timeframe = $derived.by(() => this.settings.focus.timeframe);
  readonly #priceChoice: PriceProvider | null = $derived.by(() => this.settings.prices.byAsset[this.asset] ?? null);
  /** As text, so that settings which mean the same ask main nothing anew. */
  readonly #wanted: string = $derived.by(() =>
    JSON.stringify(wantedOf(this.settings, this.layout.openTab, this.serving)),
  );
  readonly wanted: Wanted = $derived.by(() => JSON.parse(this.#wanted) as Wanted);
  readonly #shownFrom: UnixMs = $derived.by(() => shownFrom(this.candles.series, this.clock.now));

  constructor(client: Client, start: StartState, readNow: () => number = Date.now) {
    this.#client = client;
    this.version = start.version;
    this.profile = start.profile;
    this.clock = new Clock(readNow);
    this.notices = new Notices(start.notices, () => this.clock.now);
    this.#settings = new SettingsState(client, start.settings, this.notices);
    this.providers = new Providers(client, start.providers, start.statuses);
    const isUsed = (source: Source): boolean => this.isInUse(source);
    const now = (): UnixMs => this.clock.now;
    this.snapshots = new Snapshots(client, isUsed);
    this.candles = new Candles(client);
    this.volumes = new Volumes(client, isUsed, now);
    this.liquidations = new Liquidations(client, isUsed, now);
    this.moments = new Moments(client);
    this.history = new History(client, start.history);
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

  /** What main's last word on the market was made of: why `auto` is simulated now; null otherwise. */
  get marketReason(): string | null {
    return this.settings.market === 'auto' && this.market === 'simulated' ? this.#told.reason : null;
  }

  /** Chosen in the settings, or for this run alone by `--simulated`; not for want of a network. */
  get isSimulatedByChoice(): boolean {
    return this.market === 'simulated' && this.marketReason === null;
  }

  /** From which follows who can be asked for what. */
  get serving(): Serving {
    return { infos: this.providers.infos, status: (id) => this.providers.status(id), market: this.market };
  }

  /** Whether numbers of a source may be shown now. */
  isInUse(source: Source): boolean {
    return isInUse(source, this.settings, this.market);
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

  async refresh(kind: SnapshotKind, provider: ProviderId): Promise<void> {
    await this.snapshots.refresh(this.asset, kind, provider);
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
      if (this.isInUse(tick.instrument.source)) callback(tick);
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
        if (this.isInUse(quote.instrument.source)) this.quotes.accept(quote);
      }),
      client.on('market/changed', (market) => this.#change(() => (this.#told = market))),
      client.on('volumes/changed', ({ source, asset }) => this.volumes.changed(source, asset)),
      client.on('liquidations/arrived', ({ source, asset }) => this.liquidations.arrived(source, asset)),
      client.on('history/changed', (job) => this.history.accept(job)),
      client.on('snapshot/changed', (snapshot) => this.snapshots.accept(snapshot)),
      client.on('snapshot/trouble', (trouble) => this.snapshots.acceptTrouble(trouble)),
      client.on('candles/refilled', ({ asset, timeframe }) => void this.candles.refilled(asset, timeframe)),
      this.onTick((tick) => this.candles.acceptTick(tick)),
      $effect.root(() => {
        $effect(() => {
          void this.#client.request('workspace/want', this.wanted).catch((thrown) => this.notices.fail('want', thrown));
        });
        $effect(() => {
          const { asset, timeframe } = this;
          const choice = this.#priceChoice;
          untrack(() => void this.candles.open(asset, timeframe, choice));
        });
        $effect(() => this.#openHistory());
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  /** Reads what is known of the past of what is on screen. */
  #openHistory(): void {
    const { asset } = this;
    const from = this.#shownFrom;
    const { wanted } = this;
    untrack(() => {
      this.volumes.open(asset, from, wanted.volumes);
      if (wanted.liquidations) this.liquidations.open(asset, from);
      else this.liquidations.clear();
    });
  }

  #accept(settings: Settings): void {
    this.#change(() => this.#settings.accept(settings));
  }

  /** Makes a change, and takes away what it made untrue. */
  #change(make: () => void): void {
    const before = { settings: this.settings, market: this.market };
    make();
    const { all, providers } = sourceChange(before, { settings: this.settings, market: this.market });
    if (!all && providers.length === 0) return;
    if (all) {
      this.highlight = null;
      this.quotes.clear();
      this.snapshots.clear();
      this.moments.clear();
      this.volumes.clear();
      this.liquidations.clear();
      void this.candles.reopen();
    } else {
      for (const provider of providers) this.snapshots.drop(provider);
      this.moments.clear();
      this.volumes.clear();
    }
    untrack(() => this.#openHistory());
    void this.#reload();
  }

  /** What the cache has of the new sources is shown at once. */
  async #reload(): Promise<void> {
    this.#loading += 1;
    const turn = this.#loading;
    try {
      const start = await this.#client.request('app/start', null);
      if (turn === this.#loading) this.#fill(start);
    } catch (thrown) {
      this.notices.fail('app/start', thrown);
    }
  }

  #fill(start: StartState): void {
    this.#told = start.market;
    for (const status of start.statuses) this.providers.accept(status);
    for (const quote of start.quotes) if (this.isInUse(quote.instrument.source)) this.quotes.accept(quote);
    for (const snapshot of start.snapshots) this.snapshots.accept(snapshot);
    this.history.replace(start.history);
  }
}

/** Milliseconds since a moment, never negative: two clocks may differ by a little. */
export const ageOf = (at: UnixMs, now: UnixMs): number => Math.max(0, now - at);
