import type { Wanted } from '../contract/channels.ts';
import { toFailure } from '../contract/failure.ts';
import type { ProviderStatus } from '../contract/provider-status.ts';
import type { Settings } from '../contract/settings.ts';
import type { ProviderId, Source } from '../contract/source.ts';
import type { Provider } from '../providers/provider.ts';
import { CandleFeed } from './candle-feed.ts';
import { Connection, type ConnectionTools, type Key } from './connection.ts';
import { noLimits } from './known-limits.ts';
import { livePlace, sourceUnder, type Place, type SimulatedPlaces } from './place.ts';
import { SnapshotFeed, type FeedTools } from './snapshot-feed.ts';

export interface LineTools extends ConnectionTools, FeedTools {
  readonly providers: Readonly<Record<ProviderId, Provider>>;
}

/** One provider in use: its connection and the feeds that its capabilities allow. */
export interface Line {
  readonly connection: Connection;
  readonly snapshots: SnapshotFeed;
  readonly candles: CandleFeed | null;
}

const noKey: Key = { secret: null, state: { kept: 'none', keychainProblem: null } };

/** A line for each provider, at the place that the settings name, with the key that is kept, told what is wanted. */
export class Lines {
  readonly #tools: LineTools;
  readonly #settings: () => Settings;
  readonly #wanted: () => Wanted;
  readonly #lines = new Map<ProviderId, Line>();
  readonly #keys = new Map<ProviderId, Key>();
  readonly #statuses = new Map<ProviderId, ProviderStatus>();
  #simulated: SimulatedPlaces | null = null;

  constructor(tools: LineTools, settings: () => Settings, wanted: () => Wanted) {
    this.#tools = tools;
    this.#settings = settings;
    this.#wanted = wanted;
  }

  get(id: ProviderId): Line | undefined {
    return this.#lines.get(id);
  }

  all(): Line[] {
    return [...this.#lines.values()];
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
    this.#forgetLimits(id);
    return true;
  }

  /** Builds every line anew: in the simulated market at its servers, else (null) where the settings say. */
  buildAll(simulated: SimulatedPlaces | null): void {
    this.#simulated = simulated;
    for (const id of Object.keys(this.#tools.providers) as ProviderId[]) this.build(id);
  }

  build(id: ProviderId): void {
    this.#drop(id);
    const provider = this.#tools.providers[id];
    if (this.#waitsForKeychain(provider)) {
      const text = `${provider.info.name} waits for the keychain to give its key.`;
      this.#publish({ ...this.status(id), text });
      return;
    }
    try {
      const line = this.#connect(provider);
      this.#lines.set(id, line);
      this.#publish(line.connection.status());
      this.#tellWanted(line);
    } catch (thrown) {
      const failure = toFailure(thrown);
      this.#publish({ ...this.status(id), state: 'error', text: failure.message, failure });
    }
  }

  dropAll(): void {
    for (const id of [...this.#lines.keys()]) this.#drop(id);
  }

  tellWanted(): void {
    for (const line of this.#lines.values()) this.#tellWanted(line);
  }

  /** The sources in use, known even before they are connected. */
  sources(): Source[] {
    const { providers, market } = this.#settings();
    return Object.values(this.#tools.providers).flatMap(({ info }) => {
      try {
        return [sourceUnder(info, providers[info.id], market)];
      } catch {
        // A custom address that is not usable has no source; its card says why.
        return [];
      }
    });
  }

  status(id: ProviderId): ProviderStatus {
    const credential = this.key(id).state;
    const known = this.#statuses.get(id);
    if (known) return { ...known, credential };
    return {
      id,
      source: this.sources().find(({ provider }) => provider === id) ?? {
        provider: id,
        environment: 'custom',
        host: '',
      },
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

  #connect(provider: Provider): Line {
    const { place, key } = this.#placeAndKey(provider);
    const connection = new Connection(provider, place, key, this.#tools, (status) => this.#publish(status));
    return {
      connection,
      snapshots: new SnapshotFeed(connection, this.#tools),
      candles: connection.client.candles ? new CandleFeed(connection, this.#tools) : null,
    };
  }

  #placeAndKey({ info }: Provider): { place: Place; key: Key } {
    const kept = this.key(info.id);
    if (!this.#simulated) return { place: livePlace(info, this.#settings().providers[info.id]), key: kept };
    const source: Source = { provider: info.id, environment: 'simulated', host: '' };
    const secret = this.#simulated.secrets[info.id] ?? null;
    return { place: { source, ...this.#simulated.urls[info.id] }, key: { secret, state: kept.state } };
  }

  /** Until the keychain has answered once, nobody knows whether there is a key. */
  #waitsForKeychain({ info }: Provider): boolean {
    return info.credential.length > 0 && !this.#simulated && !this.#keys.has(info.id);
  }

  /** Focused asset first, then the rest of the watchlist; of those only the kinds that the watchlist shows. */
  #tellWanted(line: Line): void {
    const { assets, focus, kinds } = this.#wanted();
    const others = assets.filter((asset) => asset !== focus.asset);
    const everywhere = kinds.filter((kind) => kind === 'liquidation-map' || kind === 'gex');
    line.snapshots.want([
      ...kinds.map((kind) => ({ kind, asset: focus.asset })),
      ...others.flatMap((asset) => everywhere.map((kind) => ({ kind, asset }))),
    ]);
    line.candles?.want([focus.asset, ...others], focus);
  }

  /** Limits belong to a key's plan: another key starts without. */
  #forgetLimits(id: ProviderId): void {
    const source = this.sources().find(({ provider }) => provider === id);
    if (!source || source.environment === 'simulated') return;
    const { guard, store, now } = this.#tools;
    guard.attempt(() => store.limits.write(source, { ...noLimits, seenAt: now() }));
  }

  #drop(id: ProviderId): void {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    this.#statuses.delete(id);
    line?.connection.close();
    line?.snapshots.close();
    line?.candles?.close();
  }

  #publish(status: ProviderStatus): void {
    const shown = { ...status, credential: this.key(status.id).state };
    this.#statuses.set(status.id, shown);
    this.#tools.publish('provider/changed', shown);
  }
}
