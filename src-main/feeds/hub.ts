import type { Notice, Requests, StartState, Wanted } from '../contract/channels.ts';
import type { Connections } from '../contract/diagnostics.ts';
import { failure, FailureError } from '../contract/failure.ts';
import type { LiquidationProfile } from '../contract/liquidation.ts';
import type { ProviderPlan } from '../contract/plan.ts';
import type { ProviderTest } from '../contract/provider-status.ts';
import type { Settings } from '../contract/settings.ts';
import type { Snapshot } from '../contract/snapshot.ts';
import type { ProviderId } from '../contract/source.ts';
import { CacheView } from './cache-view.ts';
import type { Key } from './connection.ts';
import { HistoryRuns } from './history-runs.ts';
import type { Line } from './line.ts';
import { Lines } from './lines.ts';
import { Markets, type MarketsTools } from './markets.ts';
import { Outages } from './outages.ts';
import { livePlace, optionsOf } from './place.ts';
import { testProvider } from './provider-test.ts';
import { wantedAtFirst } from './wanted-at-first.ts';

export interface HubTools extends MarketsTools {
  readonly version: string;
  readonly profile: string;
  readonly notices: readonly Notice[];
  /** Each open stream is asked for a sign of life, each that waits tries at once. */
  checkStreams(): void;
}

/** How often states are looked at that change by time alone. */
const lookEveryMs = 5_000;

/** Who asks which provider when: keeps the settings and answers the renderer's requests from store and feeds. */
export class Hub {
  readonly #tools: HubTools;
  readonly #lines: Lines;
  readonly #runs: HistoryRuns;
  readonly #markets: Markets;
  readonly #outages: Outages;
  readonly cache: CacheView;
  #settings: Settings;
  #wanted: Wanted;
  #looking: NodeJS.Timeout | undefined;

  constructor(tools: HubTools) {
    this.#tools = tools;
    this.#settings = tools.store.settings.read();
    this.#wanted = wantedAtFirst(this.#settings);
    tools.budgets.overrides = this.#settings.plan.providers;
    this.#outages = new Outages({
      nameOf: (id) => tools.providers[id].info.name,
      notice: (notice) => tools.publish('notice/changed', notice),
      now: tools.now,
    });
    this.#markets = new Markets(tools, {
      settings: () => this.#settings,
      lines: () => this.#lines,
      hasLiveCache: () => this.#shownAssets().some((asset) => this.cache.hasCandles(asset)),
    });
    this.#lines = new Lines(tools, {
      settings: () => this.#settings,
      market: () => this.#markets.state,
      wanted: () => this.#wanted,
      told: (status) => this.#outages.told(status),
      unused: (id) => this.#outages.unused(id),
      dropped: (id) => this.#runs.stopAll(id),
    });
    this.cache = new CacheView({
      store: tools.store,
      providers: tools.providers,
      source: (id) => this.#lines.source(id),
      options: (id) => optionsOf(tools.providers[id].info, this.#settings.providers[id]),
      priceOrder: (asset) => this.#lines.routes.fullOrder(asset),
    });
    this.#runs = new HistoryRuns(tools, (id) => this.#lines.get(id));
  }

  /** Connects what the settings ask for; returns at once, lines come up as they can. */
  start(): void {
    this.#looking ??= setInterval(() => this.#lines.look(), lookEveryMs);
    this.#markets.start();
  }

  simulationDied(): void {
    this.#markets.simulationDied();
  }

  /** The machine woke up or the network changed: what waits tries now, what sleeps is found out. */
  woke(): void {
    this.#tools.checkStreams();
    this.#lines.woke();
  }

  /** Whether the cache has a chart to show of the focused asset. */
  hasCandles(): boolean {
    return this.cache.hasCandles(this.#settings.focus.asset);
  }

  startState(): StartState {
    const { version, profile, notices, providers } = this.#tools;
    const infos = Object.values(providers).map(({ info }) => info);
    const { watchlist } = this.#settings;
    return {
      version,
      profile,
      settings: this.#settings,
      market: this.#markets.state,
      providers: infos,
      statuses: infos.map(({ id }) => this.#lines.status(id)),
      quotes: watchlist.flatMap((asset) => this.cache.quote(asset) ?? []),
      snapshots: watchlist.flatMap((asset) => this.cache.snapshots(asset)),
      notices,
      history: this.#runs.all(this.#lines.sources()),
      budgets: this.#lines.all().map(({ connection }) => connection.budget.state()),
    };
  }

  get settings(): Settings {
    return this.#settings;
  }

  changeSettings(change: Requests['settings/change']['args'] & Partial<Pick<Settings, 'retention'>>): Settings {
    const before = this.#settings;
    const settings = this.#saveSettings({ ...before, ...change });
    if (JSON.stringify(before.plan) !== JSON.stringify(settings.plan)) {
      this.#tools.budgets.overrides = settings.plan.providers;
      this.#lines.tellWanted();
      for (const { connection } of this.#lines.all()) this.#tools.publish('budget/changed', connection.budget.state());
    }
    if (JSON.stringify(before.prices) !== JSON.stringify(settings.prices)) {
      this.#lines.routes.startOver();
      this.#lines.tellWanted();
      this.#tools.publish('candles/refilled', this.#wanted.focus);
    }
    return settings;
  }

  chooseMarket(market: Settings['market']): Settings {
    this.#markets.choose(market, () => this.#saveSettings({ ...this.#settings, market }));
    return this.#settings;
  }

  configure(provider: ProviderId, settings: Settings['providers'][ProviderId]): Settings {
    livePlace(this.#tools.providers[provider].info, settings);
    const isSame = JSON.stringify(settings) === JSON.stringify(this.#settings.providers[provider]);
    const saved = this.#saveSettings({
      ...this.#settings,
      providers: { ...this.#settings.providers, [provider]: settings },
    });
    // Its connection and what it is filling in go on where nothing has changed.
    if (!isSame && this.#markets.isSettled) this.#lines.build(provider);
    return saved;
  }

  /** Another key: a new connection, on which nothing is refused yet. */
  setKey(provider: ProviderId, key: Key): void {
    const isNew = this.#lines.setKey(provider, key);
    const { state, isSettled } = this.#markets;
    if (isSettled && state.effective === 'live' && isNew) this.#lines.build(provider);
    else this.#lines.publishStatus(provider);
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#lines.tellWanted();
  }

  /** What the budgets afford of what is on screen, or would of something else; nothing is sent. */
  forecast({ wanted, plan }: Requests['plan/forecast']['args']): ProviderPlan[] {
    return this.#lines.all().map((line) => line.forecast(wanted ?? this.#wanted, plan ?? this.#settings.plan));
  }

  connections(question: Requests['connections/read']['args'], replacedEvents: number): Connections {
    const { store } = this.#tools;
    const streams = this.#lines.all().map(({ connection: { provider, stream } }) => {
      const { messages, superseded, connects, lastMessageAt } = stream;
      return { provider: provider.info.id, messages, superseded, connects, lastMessageAt };
    });
    return { requests: store.requests.page(question), streams, rejected: store.rejected.count(), replacedEvents };
  }

  /** From the venue the asset's candles come from; where that has none (nothing fetched, no network), from another's cache. */
  async readCandles(args: Requests['candles/read']['args']): Promise<Requests['candles/read']['value']> {
    const { asset, timeframe, before, limit } = args;
    const feed = this.#lines.get(this.#lines.routes.of(asset))?.candles;
    const series = feed ? await feed.read(asset, timeframe, before, limit) : null;
    return series ?? this.cache.candles(args);
  }

  /** Asks now. Throws FailureError. */
  async refresh({ provider, asset, kind }: Requests['snapshot/refresh']['args']): Promise<Snapshot> {
    return this.#line(provider).snapshots.refresh(kind, asset);
  }

  /** Asks now; what comes is kept as a series of its own, so that it never passes for the newest. Throws FailureError. */
  async profileAt({ provider, asset, at }: Requests['snapshot/at']['args']): Promise<LiquidationProfile> {
    const { connection } = this.#line(provider);
    const { client } = connection;
    if (!client.profileAt)
      throw new FailureError(failure('unsupported', 'This provider has no map of a chosen moment.'));
    const profile = await connection.call('user', (signal) => client.profileAt!(asset, at, signal));
    this.#tools.guard.run(() => this.#tools.store.snapshots.archive([profile]));
    return profile;
  }

  get history(): Pick<HistoryRuns, 'plan' | 'start' | 'stop' | 'forget'> {
    return this.#runs;
  }

  retry(provider: ProviderId): void {
    const line = this.#lines.get(provider);
    line?.connection.forgive();
    line?.dueNow();
  }

  /** One real request at the given place with the given key (null: the kept one). Throws FailureError. */
  async test(args: Requests['provider/test']['args']): Promise<ProviderTest> {
    const provider = this.#tools.providers[args.provider];
    const key = { ...this.#lines.key(args.provider), ...(args.secret && { secret: args.secret }) };
    const outcome = await testProvider(provider, livePlace(provider.info, args.settings), key, this.#tools);
    this.#lines.learned(args.provider);
    return outcome;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#markets.close();
    this.#runs.stopAll();
    this.#lines.close();
    this.#outages.clear();
    this.#tools.stopSimulation();
  }

  #line(provider: ProviderId): Line {
    const line = this.#lines.get(provider);
    if (line) return line;
    const { name } = this.#tools.providers[provider].info;
    throw new FailureError(failure('unsupported', `${name} is not in use now.`));
  }

  #shownAssets(): readonly string[] {
    return [this.#settings.focus.asset, ...this.#settings.watchlist];
  }

  #saveSettings(settings: Settings): Settings {
    this.#tools.store.settings.write(settings);
    this.#settings = settings;
    this.#tools.publish('settings/changed', settings);
    return settings;
  }
}
