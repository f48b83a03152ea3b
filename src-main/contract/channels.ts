import type { Failure, Result } from './failure.ts';
import type { Asset, Candle, CandleSeries, Instrument, Quote, Timeframe, UnixMs } from './market.ts';
import type { CredentialState, ProviderInfo, ProviderStatus, ProviderTest } from './provider-status.ts';
import type { ProviderSettings, Settings } from './settings.ts';
import type { Snapshot, SnapshotKind } from './snapshot.ts';
import type { ProviderId } from './source.ts';

/** What the renderer needs for its first paint; everything comes from the cache, nothing waits for the network. */
export interface StartState {
  readonly version: string;
  /** Path of the profile folder (database, the window's place), for the user to find it. */
  readonly profile: string;
  readonly settings: Settings;
  readonly providers: readonly ProviderInfo[];
  readonly statuses: readonly ProviderStatus[];
  readonly quotes: readonly Quote[];
  /** Newest cached snapshot of every kind and watched asset, from the sources in use. */
  readonly snapshots: readonly Snapshot[];
  /** Standing notices, for instance a database that had to be set aside. */
  readonly notices: readonly Notice[];
}

/** A line for the user that stays until it is resolved or dismissed. The same `id` replaces the former one. */
export interface Notice {
  readonly id: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly at: UnixMs;
  /** True: the notice with this id is over. */
  readonly resolved: boolean;
}

/** What is open on screen: only this is asked of providers. */
export interface Wanted {
  readonly assets: readonly Asset[];
  readonly focus: { readonly asset: Asset; readonly timeframe: Timeframe };
  /** Kinds wanted for the focused asset now. */
  readonly kinds: readonly SnapshotKind[];
}

/** A newer state of the last candle, or a new candle. */
export interface CandleTick {
  readonly instrument: Instrument;
  readonly timeframe: Timeframe;
  readonly candle: Candle;
  readonly receivedAt: UnixMs;
}

/** Why a kind has no newer snapshot for an asset; `failure` null: all is well again. */
export interface SnapshotTrouble {
  readonly asset: Asset;
  readonly kind: SnapshotKind;
  readonly failure: Failure | null;
  readonly at: UnixMs;
}

/** Every request the renderer can make: argument and value. The preload knows only the names below. */
export interface Requests {
  'app/start': { args: null; value: StartState };
  'settings/change': { args: Partial<Omit<Settings, 'market' | 'providers'>>; value: Settings };
  /** Simulated or live: the feeds are restarted on the other sources. */
  'market/choose': { args: Settings['market']; value: Settings };
  'workspace/want': { args: Wanted; value: null };
  /** Up to `limit` candles that open before `before` (null: the newest). Reads the cache, and the source where the cache has too few. */
  'candles/read': {
    args: { asset: Asset; timeframe: Timeframe; before: UnixMs | null; limit: number };
    value: CandleSeries | null;
  };
  'snapshot/latest': { args: { asset: Asset; kind: SnapshotKind }; value: Snapshot | null };
  /** Ask the provider for this now (the user pressed Refresh or Retry); the answer comes as an event, too. */
  'snapshot/refresh': { args: { asset: Asset; kind: SnapshotKind }; value: Snapshot | null };
  'provider/configure': { args: { provider: ProviderId; settings: ProviderSettings }; value: Settings };
  /** One real request. `secret` null: the key that is kept. Nothing is stored. */
  'provider/test': {
    args: { provider: ProviderId; settings: ProviderSettings; secret: Readonly<Record<string, string>> | null };
    value: ProviderTest;
  };
  /** Ask again after a refusal or an error, without waiting. */
  'provider/retry': { args: { provider: ProviderId }; value: null };
  'credential/keep': {
    args: { provider: ProviderId; secret: Readonly<Record<string, string>>; sessionOnly: boolean };
    value: CredentialState;
  };
  'credential/remove': { args: { provider: ProviderId }; value: CredentialState };
  /** Opens one of the product's own links (attribution, provider's site) in the user's browser. */
  'app/open-link': { args: LinkName; value: null };
}
export type RequestName = keyof Requests;

export interface Events {
  'candles/tick': CandleTick;
  /** History of a series changed (filled after a gap, paged in): read it again. */
  'candles/refilled': { readonly asset: Asset; readonly timeframe: Timeframe };
  'quote/changed': Quote;
  'snapshot/changed': Snapshot;
  'snapshot/trouble': SnapshotTrouble;
  'provider/changed': ProviderStatus;
  'settings/changed': Settings;
  'notice/changed': Notice;
}
export type EventName = keyof Events;

export const requestNames: readonly RequestName[] = Object.keys({
  'app/start': 0,
  'settings/change': 0,
  'market/choose': 0,
  'workspace/want': 0,
  'candles/read': 0,
  'snapshot/latest': 0,
  'snapshot/refresh': 0,
  'provider/configure': 0,
  'provider/test': 0,
  'provider/retry': 0,
  'credential/keep': 0,
  'credential/remove': 0,
  'app/open-link': 0,
} satisfies Record<RequestName, 0>) as RequestName[];

export const eventNames: readonly EventName[] = Object.keys({
  'candles/tick': 0,
  'candles/refilled': 0,
  'quote/changed': 0,
  'snapshot/changed': 0,
  'snapshot/trouble': 0,
  'provider/changed': 0,
  'settings/changed': 0,
  'notice/changed': 0,
} satisfies Record<EventName, 0>) as EventName[];

/** The links the product shows; the renderer names one, main knows the address. */
export const linkNames = ['tradingview', 'kingfisher', 'binance'] as const;
export type LinkName = (typeof linkNames)[number];

/** One event inside a batch: batches cross to the renderer at most once a frame. */
export type EventMessage = { [Name in EventName]: readonly [Name, Events[Name]] }[EventName];

/** What the preload exposes as `window.halcyon`. */
export interface Bridge {
  request<Name extends RequestName>(name: Name, args: Requests[Name]['args']): Promise<Result<Requests[Name]['value']>>;
  /** Calls back for each event of that name; returns the ending of the subscription. */
  on<Name extends EventName>(name: Name, callback: (event: Events[Name]) => void): () => void;
}
