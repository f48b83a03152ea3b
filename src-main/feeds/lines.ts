import type { MarketState, Wanted } from '../contract/channels.ts';
import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { ProviderStatus } from '../contract/provider-status.ts';
import type { EffectiveMarket, Settings } from '../contract/settings.ts';
import type { ProviderId, Source } from '../contract/source.ts';
import type { Provider } from '../providers/provider.ts';
import { Connection, type ConnectionTools, type Key } from './connection.ts';
import { Line } from './line.ts';
import { livePlace, optionsOf, sourceUnder, type Place, type SimulatedPlaces } from './place.ts';
import { PriceRoutes } from './price-routes.ts';
import type { FeedTools } from './feed-tools.ts';

export interface LineTools extends ConnectionTools, FeedTools {
  readonly providers: Readonly<Record<ProviderId, Provider>>;
}

/** What the lines are built and fed by; each is asked anew whenever it matters. */
export interface LineOrders {
  settings(): Settings;
  market(): MarketState;
  wanted(): Wanted;
  /** A provider's state, or what is known of it, changed. */
  told(status: ProviderStatus): void;
  /** Nothing on screen comes from it now. */
  unused(id: ProviderId): void;
  /** A provider's line was taken down: what used it stops. */
  dropped(id: ProviderId): void;
}

const noKey: Key = { secret: null, state: { kept: 'none', keychainProblem: null } };

/** A line for each provider, at the place that the settings name, with the key that is kept, told what is wanted. */
export class Lines {
  readonly #tools: LineTools;
  readonly #orders: LineOrders;
  readonly #lines = new Map<ProviderId, Line>();
  readonly #keys = new Map<ProviderId, Key>();
  readonly #statuses = new Map<ProviderId, ProviderStatus>();
  readonly routes: PriceRoutes;
  #simulated: SimulatedPlaces | null = null;

  constructor(tools: LineTools, orders: LineOrders) {
    this.#tools = tools;
    this.#orders = orders;
    this.routes = new PriceRoutes({
      chosen: (asset) => orders.settings().prices.byAsset[asset] ?? null,
      probe: async (provider, asset) => {
        const feed = this.#lines.get(provider)?.candles;
        if (!feed) throw new FailureError(failure('offline', `${provider} is not connected.`));
        await feed.probe(asset);
      },
      changed: (asset) => {
        this.tellWanted();
        const { focus } = orders.wanted();
        if (focus.asset === asset) tools.publish('candles/refilled', focus);
      },
      elapsed: tools.elapsed,
      random: tools.random,
    });
  }

  get(id: ProviderId): Line | undefined {
    return this.#lines.get(id);
  }

  key(id: ProviderId): Key {
    return this.#keys.get(id) ?? noKey;
  }

  /** True when the secret is another one than before, or the first word about it. */
  setKey(id: ProviderId, key: Key): boolean {
    const before = this.#keys.get(id);
    this.#keys.set(id, key);
    if (before === undefined) return true;
    if (JSON.stringify(before.secret) === JSON.stringify(key.secret)) return false;
    return true;
  }

  /** Builds every line anew: in the simulated market at its servers, else (null) where the settings say. */
  buildAll(simulated: SimulatedPlaces | null): void {
    this.#simulated = simulated;
    this.routes.startOver();
    for (const id of Object.keys(this.#tools.providers) as ProviderId[]) this.build(id);
  }

  build(id: ProviderId): void {
    this.#drop(id);
    // Its servers are still coming up; they build every line.
    if (this.#orders.market().effective === 'simulated' && !this.#simulated) return;
    const provider = this.#tools.providers[id];
    if (this.#waitsForKeychain(provider)) {
      const text = `${provider.info.name} waits for the keychain to give its key.`;
      this.#publish({ ...this.status(id), text });
      return;
    }
    try {
      const line = this.#connect(provider);
      if (!line) return;
      this.#lines.set(id, line);
      this.#publish(line.connection.status());
      this.#tell(line);
    } catch (thrown) {
      const reason = toFailure(thrown);
      this.#publish({ ...this.status(id), state: 'error', text: reason.message, failure: reason });
    }
  }

  dropAll(): void {
    this.#simulated = null;
    for (const id of [...this.#lines.keys()]) this.#drop(id);
  }

  close(): void {
    this.dropAll();
    this.routes.close();
  }

  tellWanted(): void {
    for (const line of this.#lines.values()) this.#tell(line);
  }

  /** A test has put the account's budget right, which may leave more to ask for. */
  learned(id: ProviderId): void {
    const line = this.#lines.get(id);
    line?.connection.learned();
    if (line) this.#tell(line);
  }

  /** Those in use. */
  all(): readonly Line[] {
    return [...this.#lines.values()];
  }

  /** Time alone changes states, too. */
  look(): void {
    for (const line of this.#lines.values()) line.connection.said.look();
  }

  /** The machine woke up or the network changed. */
  woke(): void {
    for (const line of this.#lines.values()) line.woke();
  }

  /** The source a provider's numbers carry, known even before it is connected; null while its address is not usable. */
  source(id: ProviderId, market: EffectiveMarket = this.#orders.market().effective): Source | null {
    try {
      const { info } = this.#tools.providers[id];
      return sourceUnder(info, this.#orders.settings().providers[id], market);
    } catch {
      // A custom address that is not usable has no source; its card says why.
      return null;
    }
  }

  sources(): Source[] {
    const ids = Object.keys(this.#tools.providers) as ProviderId[];
    return ids.map((id) => this.source(id)).filter((source) => source !== null);
  }

  status(id: ProviderId): ProviderStatus {
    const credential = this.key(id).state;
    const known = this.#statuses.get(id);
    if (known) return { ...known, credential };
    return {
      id,
      source: this.source(id) ?? { provider: id, environment: 'custom', host: '' },
      state: 'connecting',
      text: `${this.#tools.providers[id].info.name} is being connected.`,
      since: this.#tools.now(),
      until: null,
      stream: 'off',
      credential,
      limits: null,
      lastAnswerAt: null,
      callsToday: 0,
      failure: null,
    };
  }

  publishStatus(id: ProviderId): void {
    this.#publish(this.status(id));
  }

  #connect(provider: Provider): Line | null {
    const found = this.#placeAndKey(provider);
    if (!found) return null;
    const connection = new Connection(provider, found.place, found.key, this.#tools, (status) => this.#publish(status));
    return new Line(connection, this.#tools, this.routes);
  }

  #placeAndKey({ info }: Provider): { place: Place; key: Key } | null {
    const kept = this.key(info.id);
    const settings = this.#orders.settings().providers[info.id];
    if (!this.#simulated) return { place: livePlace(info, settings), key: kept };
    const urls = this.#simulated.urls[info.id];
    if (!urls) return null;
    const source: Source = { provider: info.id, environment: 'simulated', host: '' };
    const secret = this.#simulated.secrets[info.id] ?? null;
    return { place: { source, ...urls, options: optionsOf(info, settings) }, key: { secret, state: kept.state } };
  }

  /** Until the keychain has answered once, nobody knows whether there is a key. */
  #waitsForKeychain({ info }: Provider): boolean {
    return info.credential.length > 0 && !this.#simulated && !this.#keys.has(info.id);
  }

  #tell(line: Line): void {
    line.want(this.#orders.wanted(), this.#orders.settings().plan);
    const { provider } = line.connection;
    if (line.isUsed) this.#orders.told(this.status(provider.info.id));
    else this.#orders.unused(provider.info.id);
  }

  #drop(id: ProviderId): void {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    this.#statuses.delete(id);
    this.#orders.unused(id);
    if (!line) return;
    this.#orders.dropped(id);
    line.close();
  }

  #publish(status: ProviderStatus): void {
    const shown = { ...status, credential: this.key(status.id).state };
    this.#statuses.set(status.id, shown);
    this.#tools.publish('provider/changed', shown);
    const line = this.#lines.get(status.id);
    if (line) this.#tools.publish('budget/changed', line.connection.budget.state());
    // What could not be connected at all is said, whoever wanted it.
    if (!line || line.isUsed) this.#orders.told(shown);
  }
}
