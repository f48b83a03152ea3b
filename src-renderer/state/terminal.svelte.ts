import { untrack } from 'svelte';
import type { CandleTick, LinkName, StartState, Wanted } from '../../src-main/contract/channels.ts';
import type { Asset, Timeframe, UnixMs } from '../../src-main/contract/market.ts';
import type { EffectiveMarket, MarketMode, ProviderSettings, Settings } from '../../src-main/contract/settings.ts';
import type { SnapshotKind } from '../../src-main/contract/snapshot.ts';
import type { ProviderId, Source } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';
import { Budgets } from './budgets.svelte.ts';
import { Candles } from './candles.svelte.ts';
import { Clock } from './clock.svelte.ts';
import { ConnectionLog } from './connections.svelte.ts';
import { Demand } from './demand.svelte.ts';
import { History } from './history.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import { Layout } from './layout.svelte.ts';
import { Liquidations } from './liquidations.svelte.ts';
import { listen } from './listening.ts';
import { Market } from './market.svelte.ts';
import { Moments } from './moments.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { Past } from './past.svelte.ts';
import type { Plans } from './plan.svelte.ts';
import { Providers } from './providers.svelte.ts';
import { Quotes } from './quotes.svelte.ts';
import { fill, forget } from './refill.ts';
import type { Serving } from './serving.ts';
import { SettingsState } from './settings.svelte.ts';
import { Snapshots } from './snapshots.svelte.ts';
import { sourceChange } from './sources.ts';
import type { Mode } from './sources.ts';
import type { Visible } from './visible.svelte.ts';
import { Volumes } from './volumes.svelte.ts';

/** Everything the window shows, fed by main's events. Made from one `app/start`; lives as long as the window. */
export class Terminal {
  readonly #client: Client;
  readonly #settings: SettingsState;
  readonly #market: Market;
  readonly #demand: Demand;
  readonly #past = new Past(this);
  // Another part is a line here, one in the constructor, and one in `listening.ts` for each of its events.
  readonly version: string;
  readonly profile: string;
  readonly clock: Clock;
  readonly notices: Notices;
  readonly providers: Providers;
  readonly budgets: Budgets;
  readonly quotes = new Quotes();
  readonly snapshots: Snapshots;
  readonly candles: Candles;
  readonly volumes: Volumes;
  readonly liquidations: Liquidations;
  readonly moments: Moments;
  readonly history: History;
  readonly connections: ConnectionLog;
  readonly keeping: Keeping;
  readonly layout: Layout;
  /** Price of the level that a row of the Levels table points at. */
  highlight: number | null = $state(null);
  /** Moment that the chart's crosshair points at; null: none. */
  pointedTime: UnixMs | null = $state(null);
  #loading = 0;

  readonly #assetInFocus: Asset = $derived.by(() => this.settings.focus.asset);
  readonly #timeframeInFocus: Timeframe = $derived.by(() => this.settings.focus.timeframe);

  constructor(client: Client, start: StartState, readNow: () => number = Date.now) {
    this.#client = client;
    this.version = start.version;
    this.profile = start.profile;
    this.clock = new Clock(readNow);
    this.notices = new Notices(start.notices, () => this.clock.now);
    this.#settings = new SettingsState(client, start.settings, this.notices);
    this.providers = new Providers(client, start.providers, start.statuses);
    this.#market = new Market(this.#settings, this.providers);
    const isUsed = this.#market.isInUse;
    const now = (): UnixMs => this.clock.now;
    this.budgets = new Budgets(isUsed);
    this.snapshots = new Snapshots(client, isUsed);
    this.candles = new Candles(client);
    this.volumes = new Volumes(client, isUsed, now);
    this.liquidations = new Liquidations(client, isUsed, now);
    this.moments = new Moments(client);
    this.history = new History(client, start.history);
    this.connections = new ConnectionLog(client);
    this.keeping = new Keeping(client, (settings) => this.#accept(settings));
    this.layout = new Layout(this.#settings);
    this.#demand = new Demand(client, this);
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

  /** Which market the numbers are of. */
  get market(): EffectiveMarket {
    return this.#market.effective;
  }

  get mode(): Mode {
    return this.#market.mode;
  }

  /** Why `auto` is simulated now; null otherwise. */
  get marketReason(): string | null {
    return this.#market.reason;
  }

  /** Chosen in the settings, or for this run alone by `--simulated`; not for want of a network. */
  get isSimulatedByChoice(): boolean {
    return this.market === 'simulated' && this.marketReason === null;
  }

  get serving(): Serving {
    return this.#market.serving;
  }

  /** Whether numbers of a source may be shown now. */
  isInUse(source: Source): boolean {
    return this.#market.isInUse(source);
  }

  /** What is on screen, and so asked for. */
  get wanted(): Wanted {
    return this.#demand.wanted;
  }

  get visible(): Visible {
    return this.#demand.visible;
  }

  get plans(): Plans {
    return this.#demand.plans;
  }

  /** What would be wanted with these assets watched. */
  wantedWith(watchlist: readonly Asset[]): Wanted {
    return this.#demand.with(watchlist);
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
    const endings = [
      this.clock.run(),
      ...listen(this.#client, this, {
        settings: (settings) => this.#accept(settings),
        market: (market) => this.#change(() => this.#market.accept(market)),
      }),
      this.#demand.run(),
      this.#past.run(),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  #accept(settings: Settings): void {
    this.#change(() => this.#settings.accept(settings));
  }

  /** Makes a change, and takes away what it made untrue. */
  #change(make: () => void): void {
    const before = { settings: this.settings, market: this.market };
    make();
    const change = sourceChange(before, { settings: this.settings, market: this.market });
    if (!change.all && change.providers.length === 0) return;
    forget(this, change);
    untrack(() => this.#past.open());
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
    this.#market.accept(start.market);
    fill(this, start);
  }
}

/** Milliseconds since a moment, never negative: two clocks may differ by a little. */
export const ageOf = (at: UnixMs, now: UnixMs): number => Math.max(0, now - at);
