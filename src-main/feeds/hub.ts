import type { MarketState, Notice, Requests, StartState, Wanted } from '../contract/channels.ts';
import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { LiquidationProfile } from '../contract/liquidation.ts';
import type { Asset } from '../contract/market.ts';
import type { ProviderTest } from '../contract/provider-status.ts';
import type { MarketMode, Settings } from '../contract/settings.ts';
import type { Snapshot } from '../contract/snapshot.ts';
import { priceProviders, sourceKey, type ProviderId } from '../contract/source.ts';
import { CacheView } from './cache-view.ts';
import type { Key } from './connection.ts';
import { HistoryRuns } from './history-runs.ts';
import type { Line } from './line.ts';
import { Lines, type LineTools } from './lines.ts';
import { MarketChoice } from './market-choice.ts';
import { livePlace, optionsOf, type SimulatedPlaces } from './place.ts';
import { testProvider } from './provider-test.ts';
import { wantedAtFirst } from './wanted-at-first.ts';

export interface HubTools extends LineTools {
  readonly version: string;
  readonly profile: string;
  readonly notices: readonly Notice[];
  /** In this run the simulated market stands in for `auto`, until the user chooses. */
  readonly simulated: boolean;
  /** Starts the simulated market (again, after it was stopped) and resolves when its servers answer. */
  startSimulation(): Promise<SimulatedPlaces>;
  stopSimulation(): void;
}

const simulationRestMs = 2_000;

/**
 * Who asks which provider when: keeps the settings, decides between the simulated and the live market, and answers the
 * renderer's requests from store and feeds.
 */
export class Hub {
  readonly #tools: HubTools;
  readonly #lines: Lines;
  readonly #runs: HistoryRuns;
  readonly #choice: MarketChoice;
  readonly cache: CacheView;
  #settings: Settings;
  #wanted: Wanted;
  #generation = 0;
  #isStarted = false;
  #isForced: boolean;

  constructor(tools: HubTools) {
    this.#tools = tools;
    this.#settings = tools.store.settings.read();
    this.#isForced = tools.simulated;
    this.#wanted = wantedAtFirst(this.#settings);
    const market = {
      hasLiveCache: () => this.#shownAssets().some((asset) => this.cache.hasCandles(asset)),
      reach: (signal: AbortSignal) => this.#reachPublicMarkets(signal),
      changed: (state: MarketState) => {
        tools.publish('market/changed', state);
        if (this.#isStarted) this.#connect();
      },
    };
    this.#choice = new MarketChoice(market, this.#market);
    this.#lines = new Lines(tools, {
      settings: () => this.#settings,
      market: () => this.#choice.state,
      wanted: () => this.#wanted,
      dropped: (id) => this.#runs.stopAll(id),
    });
    this.cache = new CacheView({
      store: tools.store,
      providers: tools.providers,
      source: (id) => this.#lines.source(id),
      options: (id) => optionsOf(tools.providers[id].info, this.#settings.providers[id]),
      priceOrder: (asset) => this.#lines.routes.fullOrder(asset),
    });
    this.#runs = new HistoryRuns(tools, (id) => this.#lines.get(id)?.connection);
  }

  /** Connects what the settings ask for; returns at once, lines come up as they can. */
  start(): void {
    this.#isStarted = true;
    // Servers that are still coming up for a market that was left build nothing any more.
    this.#generation++;
    this.#lines.dropAll();
    if (this.#choice.choose(this.#market)) this.#connect();
  }

  /** The simulated market's thread ended by itself: its servers are started again, after a pause. */
  simulationDied(): void {
    this.#lines.dropAll();
    const generation = this.#generation;
    setTimeout(() => {
      if (generation === this.#generation && this.#choice.effective === 'simulated') this.#connect();
    }, simulationRestMs);
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
      market: this.#choice.state,
      providers: infos,
      statuses: infos.map(({ id }) => this.#lines.status(id)),
      quotes: watchlist.flatMap((asset) => this.cache.quote(asset) ?? []),
      snapshots: watchlist.flatMap((asset) => this.cache.snapshots(asset)),
      notices,
      history: this.#runs.all(this.#lines.sources()),
    };
  }

  changeSettings(change: Requests['settings/change']['args']): Settings {
    const before = this.#settings.prices;
    const settings = this.#saveSettings({ ...this.#settings, ...change });
    if (JSON.stringify(before) !== JSON.stringify(settings.prices)) {
      this.#lines.routes.startOver();
      this.#lines.tellWanted();
      this.#tools.publish('candles/refilled', this.#wanted.focus);
    }
    return settings;
  }

  chooseMarket(market: Settings['market']): Settings {
    const isKnown = market === this.#market;
    const settings = this.#saveSettings({ ...this.#settings, market });
    this.#isForced = false;
    if (isKnown) return settings;
    this.start();
    this.#tools.publish('market/changed', this.#choice.state);
    return settings;
  }

  configure(provider: ProviderId, settings: Settings['providers'][ProviderId]): Settings {
    livePlace(this.#tools.providers[provider].info, settings);
    const isSame = JSON.stringify(settings) === JSON.stringify(this.#settings.providers[provider]);
    const saved = this.#saveSettings({
      ...this.#settings,
      providers: { ...this.#settings.providers, [provider]: settings },
    });
    // Its connection and what it is filling in go on where nothing has changed.
    if (!isSame && this.#isStarted && this.#choice.isSettled) this.#lines.build(provider);
    return saved;
  }

  /** Another key: a new connection, on which nothing is refused yet. */
  setKey(provider: ProviderId, key: Key): void {
    const isNew = this.#lines.setKey(provider, key);
    const { effective, isSettled } = this.#choice;
    if (this.#isStarted && isSettled && effective === 'live' && isNew) this.#lines.build(provider);
    else this.#lines.publishStatus(provider);
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#lines.tellWanted();
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
    const kept = this.#lines.key(args.provider);
    const place = livePlace(provider.info, args.settings);
    const key = args.secret ? { ...kept, secret: args.secret } : kept;
    const isKept = JSON.stringify(key.secret) === JSON.stringify(kept.secret);
    const outcome = await testProvider(provider, place, key, this.#tools, isKept);
    const connection = this.#lines.get(args.provider)?.connection;
    // What a test learned about limits holds for the line that asks the same source.
    if (isKept && outcome.limits && connection && sourceKey(connection.place.source) === sourceKey(place.source)) {
      connection.noteLimits(outcome.limits);
    }
    return outcome;
  }

  close(): void {
    this.#generation++;
    this.#isStarted = false;
    this.#choice.close();
    this.#runs.stopAll();
    this.#lines.close();
    this.#tools.stopSimulation();
  }

  /** The market of this run. Started as simulated it is that in place of `auto`, until the user chooses. */
  get #market(): MarketMode {
    const { market } = this.#settings;
    return market === 'auto' && this.#isForced ? 'simulated' : market;
  }

  /** Builds the lines in the market that is chosen now. */
  #connect(): void {
    const generation = ++this.#generation;
    this.#lines.dropAll();
    if (this.#choice.effective === 'live') {
      this.#tools.stopSimulation();
      this.#lines.buildAll(null);
      return;
    }
    this.#tools
      .startSimulation()
      .then((places) => {
        if (generation === this.#generation) this.#lines.buildAll(places);
      })
      .catch((thrown: unknown) => {
        if (generation !== this.#generation) return;
        const { message, detail } = toFailure(thrown);
        const text = `The simulated market did not start. ${message} ${detail}`;
        const at = this.#tools.now();
        this.#tools.publish('notice/changed', { id: 'simulation', level: 'error', text, at, resolved: false });
      });
  }

  /** Resolves with the first public market that answers; rejects when none does. */
  async #reachPublicMarkets(signal: AbortSignal): Promise<void> {
    const { providers } = this.#tools;
    const asked = priceProviders.map(async (id) => {
      const place = livePlace(providers[id].info, this.#settings.providers[id]);
      await testProvider(providers[id], place, this.#lines.key(id), this.#tools, false, signal);
    });
    await Promise.any(asked);
  }

  #line(provider: ProviderId): Line {
    const line = this.#lines.get(provider);
    if (line) return line;
    const { name } = this.#tools.providers[provider].info;
    throw new FailureError(failure('unsupported', `${name} is not in use now.`));
  }

  #shownAssets(): readonly Asset[] {
    return [this.#settings.focus.asset, ...this.#settings.watchlist];
  }

  #saveSettings(settings: Settings): Settings {
    this.#tools.store.settings.write(settings);
    this.#settings = settings;
    this.#tools.publish('settings/changed', settings);
    return settings;
  }
}
