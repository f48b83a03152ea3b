import type { Notice, Requests, StartState, Wanted } from '../contract/channels.ts';
import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { ProviderTest } from '../contract/provider-status.ts';
import type { Settings } from '../contract/settings.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey, type ProviderId, type SourceKey } from '../contract/source.ts';
import { cachedQuotes } from './cached-quotes.ts';
import type { Key } from './connection.ts';
import { Lines, type LineTools } from './lines.ts';
import { livePlace, type SimulatedPlaces } from './place.ts';
import { testProvider } from './provider-test.ts';

export interface HubTools extends LineTools {
  readonly version: string;
  readonly profile: string;
  readonly notices: readonly Notice[];
  /** Starts the simulated market (again, after it was stopped) and resolves when its servers answer. */
  startSimulation(): Promise<SimulatedPlaces>;
  stopSimulation(): void;
}

/** The provider whose candles are drawn. */
const priceProvider: ProviderId = 'binance';

const simulationRestMs = 2_000;

/**
 * Who asks which provider when: keeps the settings, decides between the simulated and the live market, and answers the
 * renderer's requests from store and feeds.
 */
export class Hub {
  readonly #tools: HubTools;
  readonly #lines: Lines;
  #settings: Settings;
  #wanted: Wanted;
  #generation = 0;
  #isStarted = false;

  constructor(tools: HubTools) {
    this.#tools = tools;
    this.#settings = tools.store.settings.read();
    const { watchlist, focus } = this.#settings;
    this.#wanted = { assets: watchlist, focus, kinds: ['liquidation-map', 'gex'] };
    this.#lines = new Lines(
      tools,
      () => this.#settings,
      () => this.#wanted,
    );
  }

  /** Connects what the settings ask for; returns at once, lines come up as they can. */
  start(): void {
    const generation = ++this.#generation;
    this.#isStarted = true;
    this.#lines.dropAll();
    if (this.#settings.market === 'live') {
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

  /** The simulated market's thread ended by itself: its servers are started again, after a pause. */
  simulationDied(): void {
    this.#lines.dropAll();
    const generation = this.#generation;
    setTimeout(() => {
      if (generation === this.#generation && this.#settings.market === 'simulated') this.start();
    }, simulationRestMs);
  }

  /** Whether the cache has a chart to show of the focused asset. */
  hasCandles(): boolean {
    const { asset } = this.#settings.focus;
    return this.#priceSources().some((source) => this.#tools.store.candles.newestInstrument(source, asset) !== null);
  }

  startState(): StartState {
    const { store, version, profile, notices, providers } = this.#tools;
    const sources = this.#lines.sources();
    const infos = Object.values(providers).map(({ info }) => info);
    const { watchlist } = this.#settings;
    return {
      version,
      profile,
      settings: this.#settings,
      providers: infos,
      statuses: infos.map(({ id }) => this.#lines.status(id)),
      quotes: this.#priceSources().flatMap((source) => cachedQuotes(store, source, watchlist)),
      snapshots: store.snapshots.latestOfAll(sources.map(sourceKey), watchlist),
      notices,
    };
  }

  changeSettings(change: Requests['settings/change']['args']): Settings {
    return this.#saveSettings({ ...this.#settings, ...change });
  }

  chooseMarket(market: Settings['market']): Settings {
    if (market === this.#settings.market) return this.#settings;
    const settings = this.#saveSettings({ ...this.#settings, market });
    this.start();
    return settings;
  }

  configure(provider: ProviderId, settings: Settings['providers'][ProviderId]): Settings {
    livePlace(this.#tools.providers[provider].info, settings);
    const saved = this.#saveSettings({
      ...this.#settings,
      providers: { ...this.#settings.providers, [provider]: settings },
    });
    if (this.#isStarted && this.#settings.market === 'live') this.#lines.build(provider);
    return saved;
  }

  /** Another key: a new connection, on which nothing is refused yet. */
  setKey(provider: ProviderId, key: Key): void {
    const isNew = this.#lines.setKey(provider, key);
    if (this.#isStarted && this.#settings.market === 'live' && isNew) this.#lines.build(provider);
    else this.#lines.publishStatus(provider);
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#lines.tellWanted();
  }

  async readCandles(args: Requests['candles/read']['args']): Promise<Requests['candles/read']['value']> {
    const { asset, timeframe, before, limit } = args;
    const feed = this.#lines.get(priceProvider)?.candles;
    if (feed) return feed.read(asset, timeframe, before, limit);
    const [source] = this.#priceSources();
    return source ? this.#tools.store.candles.read(source, asset, timeframe, before, limit) : null;
  }

  latest(asset: string, kind: SnapshotKind): Requests['snapshot/latest']['value'] {
    const found = this.#tools.store.snapshots.latestOfAll(this.#lines.sources().map(sourceKey), [asset]);
    return found.find((snapshot) => snapshot.kind === kind) ?? null;
  }

  /** Asks now. Throws FailureError. */
  async refresh(asset: string, kind: SnapshotKind): Promise<Requests['snapshot/refresh']['value']> {
    const line = this.#lines.all().find(({ snapshots }) => snapshots.kinds.includes(kind));
    if (!line) throw new FailureError(failure('unsupported', 'No provider in use serves this.'));
    return line.snapshots.refresh(kind, asset);
  }

  retry(provider: ProviderId): void {
    const line = this.#lines.get(provider);
    line?.connection.forgive();
    line?.snapshots.dueNow();
    line?.candles?.dueNow();
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
    this.#lines.dropAll();
    this.#tools.stopSimulation();
  }

  /** Where candles come from, known even before it is connected; none while its address is not usable. */
  #priceSources(): SourceKey[] {
    return this.#lines
      .sources()
      .filter(({ provider }) => provider === priceProvider)
      .map(sourceKey);
  }

  #saveSettings(settings: Settings): Settings {
    this.#tools.store.settings.write(settings);
    this.#settings = settings;
    this.#tools.publish('settings/changed', settings);
    return settings;
  }
}
