import type { Notice, Requests, StartState, Wanted } from '../contract/channels.ts';
import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { CredentialState, ProviderStatus, ProviderTest } from '../contract/provider-status.ts';
import type { Settings } from '../contract/settings.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { sourceKey, type ProviderId, type Source } from '../contract/source.ts';
import type { Secret } from '../engine-messages.ts';
import type { Provider } from '../providers/provider.ts';
import { cachedQuotes } from './cached-quotes.ts';
import { CandleFeed } from './candle-feed.ts';
import { Connection, type ConnectionTools } from './connection.ts';
import { livePlace, sourceUnder, type Place, type SimulatedPlaces } from './place.ts';
import { SnapshotFeed, type FeedTools } from './snapshot-feed.ts';

export interface HubTools extends ConnectionTools, FeedTools {
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  readonly version: string;
  readonly profile: string;
  readonly notices: readonly Notice[];
  /** Starts the simulated market (again, after it was stopped) and resolves when its servers answer. */
  startSimulation(): Promise<SimulatedPlaces>;
  stopSimulation(): void;
}

interface Key {
  readonly secret: Secret | null;
  readonly state: CredentialState;
}

const noKey: Key = { secret: null, state: { kept: 'none', keychainProblem: null } };
const testTimeoutMs = 20_000;

/** One provider in use: its connection and the feeds that its capabilities allow. */
interface Line {
  readonly connection: Connection;
  readonly snapshots: SnapshotFeed;
  readonly candles: CandleFeed | null;
}

/**
 * Who asks which provider when: builds a line for each provider at the place that the settings name, tells the feeds what
 * the open workspace wants, and answers the renderer's requests from store and feeds.
 */
export class Hub {
  readonly #tools: HubTools;
  readonly #lines = new Map<ProviderId, Line>();
  readonly #keys = new Map<ProviderId, Key>();
  readonly #statuses = new Map<ProviderId, ProviderStatus>();
  #settings: Settings;
  #wanted: Wanted;
  #simulated: SimulatedPlaces | null = null;
  #generation = 0;

  constructor(tools: HubTools) {
    this.#tools = tools;
    this.#settings = tools.store.settings.read();
    const { watchlist, focus } = this.#settings;
    this.#wanted = { assets: watchlist, focus, kinds: ['liquidation-map', 'gex'] };
  }

  /** Connects what the settings ask for; resolves at once, lines come up as they can. */
  start(): void {
    this.#rebuildAll();
  }

  startState(): StartState {
    const { store, version, profile, notices, providers } = this.#tools;
    const sources = this.#sources();
    const { watchlist } = this.#settings;
    return {
      version,
      profile,
      settings: this.#settings,
      providers: Object.values(providers).map(({ info }) => info),
      statuses: Object.values(providers).map(({ info }) => this.#status(info.id)),
      quotes: sources
        .filter(({ provider }) => provider === priceProvider)
        .flatMap((source) => cachedQuotes(store, sourceKey(source), watchlist)),
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
    this.#rebuildAll();
    return settings;
  }

  configure(provider: ProviderId, settings: Settings['providers'][ProviderId]): Settings {
    livePlace(this.#tools.providers[provider].info, settings);
    const saved = this.#saveSettings({
      ...this.#settings,
      providers: { ...this.#settings.providers, [provider]: settings },
    });
    if (this.#settings.market === 'live') this.#rebuild(provider);
    return saved;
  }

  /** The key changed: a new connection, on which nothing is refused yet. */
  setKey(provider: ProviderId, secret: Secret | null, state: CredentialState): void {
    const before = this.#keys.get(provider);
    this.#keys.set(provider, { secret, state });
    const same = before !== undefined && JSON.stringify(before.secret) === JSON.stringify(secret);
    if (this.#settings.market === 'live' && !same) this.#rebuild(provider);
    else this.#publishStatus(this.#status(provider));
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    for (const line of this.#lines.values()) this.#tellWanted(line);
  }

  async readCandles(args: Requests['candles/read']['args']): Promise<Requests['candles/read']['value']> {
    const line = this.#candleLine();
    if (line) return line.read(args.asset, args.timeframe, args.before, args.limit);
    const source = this.#sources().find(({ provider }) => provider === priceProvider);
    return source
      ? this.#tools.store.candles.read(sourceKey(source), args.asset, args.timeframe, args.before, args.limit)
      : null;
  }

  latest(asset: string, kind: SnapshotKind): Requests['snapshot/latest']['value'] {
    const found = this.#tools.store.snapshots.latestOfAll(this.#sources().map(sourceKey), [asset]);
    return found.find((snapshot) => snapshot.kind === kind) ?? null;
  }

  async refresh(asset: string, kind: SnapshotKind): Promise<Requests['snapshot/refresh']['value']> {
    const line = [...this.#lines.values()].find(({ snapshots }) => snapshots.kinds.includes(kind));
    if (!line) throw new FailureError(failure('unsupported', 'No provider in use serves this.'));
    return line.snapshots.refresh(kind, asset);
  }

  retry(provider: ProviderId): void {
    const line = this.#lines.get(provider);
    line?.connection.forgive();
    line?.snapshots.dueNow();
    line?.candles?.dueNow();
  }

  /** One real request at the given place with the given key (null: the kept one); stores nothing but limits and log. */
  async test(args: Requests['provider/test']['args']): Promise<ProviderTest> {
    const provider = this.#tools.providers[args.provider];
    const kept = this.#keys.get(args.provider) ?? noKey;
    const key: Key = args.secret ? { secret: args.secret, state: kept.state } : kept;
    const place = livePlace(provider.info, args.settings);
    const connection = new Connection(provider, place, key, this.#tools, () => undefined);
    const startedAt = this.#tools.now();
    const timer = setTimeout(() => connection.close(), testTimeoutMs);
    try {
      const text = await connection.call('user', (signal) => connection.client.test(signal));
      const at = this.#tools.now();
      this.#learn(args.provider, connection);
      return { at, host: place.source.host, tookMs: at - startedAt, text, limits: connection.limits };
    } finally {
      clearTimeout(timer);
      connection.close();
    }
  }

  /** What a test learned about limits holds for the line that asks the same source. */
  #learn(provider: ProviderId, tested: Connection): void {
    const line = this.#lines.get(provider);
    if (!line || sourceKey(line.connection.place.source) !== sourceKey(tested.place.source)) return;
    if (tested.limits) line.connection.noteLimits(tested.limits);
  }

  close(): void {
    this.#generation++;
    for (const provider of [...this.#lines.keys()]) this.#drop(provider);
    this.#tools.stopSimulation();
  }

  #saveSettings(settings: Settings): Settings {
    this.#tools.store.settings.write(settings);
    this.#settings = settings;
    this.#tools.publish('settings/changed', settings);
    return settings;
  }

  #rebuildAll(): void {
    const generation = ++this.#generation;
    for (const provider of [...this.#lines.keys()]) this.#drop(provider);
    if (this.#settings.market === 'live') {
      this.#simulated = null;
      this.#tools.stopSimulation();
      this.#connectAll();
      return;
    }
    this.#tools
      .startSimulation()
      .then((places) => {
        if (generation !== this.#generation) return;
        this.#simulated = places;
        this.#connectAll();
      })
      .catch((thrown: unknown) => {
        const { message, detail } = toFailure(thrown);
        const text = `The simulated market did not start. ${message} ${detail}`;
        const at = this.#tools.now();
        this.#tools.publish('notice/changed', { id: 'simulation', level: 'error', text, at, resolved: false });
      });
  }

  #connectAll(): void {
    for (const provider of Object.keys(this.#tools.providers) as ProviderId[]) this.#rebuild(provider);
  }

  #rebuild(id: ProviderId): void {
    this.#drop(id);
    const provider = this.#tools.providers[id];
    if (this.#waitsForKeychain(provider)) {
      this.#publishStatus({ ...this.#status(id), text: `${provider.info.name} waits for the keychain to give its key.` });
      return;
    }
    let line: Line;
    try {
      const { place, key } = this.#placeAndKey(provider);
      const connection = new Connection(provider, place, key, this.#tools, (status) => this.#publishStatus(status));
      const hasCandles = connection.client.candles !== undefined;
      line = {
        connection,
        snapshots: new SnapshotFeed(connection, this.#tools),
        candles: hasCandles ? new CandleFeed(connection, this.#tools) : null,
      };
    } catch (thrown) {
      this.#publishStatus({ ...this.#status(id), state: 'error', text: toFailure(thrown).message, failure: toFailure(thrown) });
      return;
    }
    this.#lines.set(id, line);
    this.#publishStatus(line.connection.status());
    this.#tellWanted(line);
  }

  /** Until the keychain has answered once, nobody knows whether there is a key. */
  #waitsForKeychain({ info }: Provider): boolean {
    return info.credential.length > 0 && !this.#simulated && !this.#keys.has(info.id);
  }

  #drop(id: ProviderId): void {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    this.#statuses.delete(id);
    line?.connection.close();
    line?.snapshots.close();
    line?.candles?.close();
  }

  #placeAndKey(provider: Provider): { place: Place; key: Key } {
    const { id } = provider.info;
    const kept = this.#keys.get(id) ?? noKey;
    if (!this.#simulated) return { place: livePlace(provider.info, this.#settings.providers[id]), key: kept };
    const source: Source = { provider: id, environment: 'simulated', host: '' };
    const secret = this.#simulated.secrets[id] ?? null;
    return { place: { source, ...this.#simulated.urls[id] }, key: { secret, state: kept.state } };
  }

  /** Focused asset first, then the rest of the watchlist; the kinds that only the focused asset shows come last. */
  #tellWanted(line: Line): void {
    const { assets, focus, kinds } = this.#wanted;
    const others = assets.filter((asset) => asset !== focus.asset);
    const everywhere = kinds.filter((kind) => kind === 'liquidation-map' || kind === 'gex');
    line.snapshots.want([
      ...kinds.map((kind) => ({ kind, asset: focus.asset })),
      ...others.flatMap((asset) => everywhere.map((kind) => ({ kind, asset }))),
    ]);
    line.candles?.want([focus.asset, ...others], focus);
  }

  #candleLine(): CandleFeed | null {
    return [...this.#lines.values()].find(({ candles }) => candles !== null)?.candles ?? null;
  }

  /** The sources in use, known even before they are connected. */
  #sources(): Source[] {
    return Object.values(this.#tools.providers).flatMap(({ info }) => {
      try {
        return [sourceUnder(info, this.#settings.providers[info.id], this.#settings.market)];
      } catch {
        return [];
      }
    });
  }

  #status(id: ProviderId): ProviderStatus {
    const key = this.#keys.get(id) ?? noKey;
    const known = this.#statuses.get(id);
    if (known) return { ...known, credential: key.state };
    const source = this.#sources().find(({ provider }) => provider === id);
    return {
      id,
      source: source ?? { provider: id, environment: 'custom', host: '' },
      state: 'connecting',
      text: `${this.#tools.providers[id].info.name} is being connected.`,
      since: this.#tools.now(),
      until: null,
      stream: 'off',
      credential: key.state,
      limits: null,
      lastAnswerAt: null,
      callsToday: 0,
      failure: null,
    };
  }

  #publishStatus(status: ProviderStatus): void {
    const { state } = this.#keys.get(status.id) ?? noKey;
    const shown = { ...status, credential: state };
    this.#statuses.set(status.id, shown);
    this.#tools.publish('provider/changed', shown);
  }
}

/** The provider whose candles are drawn. */
const priceProvider: ProviderId = 'binance';
