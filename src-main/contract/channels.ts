import type { Connections, RequestQuestion, Written } from './diagnostics.ts';
import type { Failure, Result } from './failure.ts';
import type { HistoryJob, HistoryPlan, HistoryQuery } from './history.ts';
import type { Retention, RetentionPreview, StoreJob, StoreState } from './keeping.ts';
import type { BudgetState } from './limits.ts';
import type { LiquidationProfile, LiquidationVolumes, RealisedLiquidations } from './liquidation.ts';
import type { Asset, Candle, CandleSeries, Instrument, Quote, Timeframe, UnixMs } from './market.ts';
import type { PlanQuestion, ProviderPlan } from './plan.ts';
import type { CredentialState, ProviderInfo, ProviderStatus, ProviderTest } from './provider-status.ts';
import type { EffectiveMarket, ProviderSettings, Settings } from './settings.ts';
import type { Snapshot, SnapshotKind } from './snapshot.ts';
import { providerIds, type ProviderId, type Source, type VolumeProvider } from './source.ts';

/** What the renderer needs for its first paint; everything comes from the cache, nothing waits for the network. */
export interface StartState {
  readonly version: string;
  /** Path of the profile folder (database, the window's place), for the user to find it. */
  readonly profile: string;
  readonly settings: Settings;
  readonly market: MarketState;
  readonly providers: readonly ProviderInfo[];
  readonly statuses: readonly ProviderStatus[];
  readonly quotes: readonly Quote[];
  /** Newest cached snapshot of every kind and watched asset, from the sources in use. */
  readonly snapshots: readonly Snapshot[];
  /** Standing notices, for instance a database that had to be set aside. */
  readonly notices: readonly Notice[];
  /** Ranges being filled in, or stopped before their end. */
  readonly history: readonly HistoryJob[];
  readonly budgets: readonly BudgetState[];
}

/** Which market the numbers are of. */
export interface MarketState {
  readonly effective: EffectiveMarket;
  /** Why `auto` is simulated now, in one sentence; null otherwise. */
  readonly reason: string | null;
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
  /** Those of `assets` that can be seen now; the focused one always counts as seen. */
  readonly visible: readonly Asset[];
  readonly focus: { readonly asset: Asset; readonly timeframe: Timeframe };
  readonly snapshots: readonly WantedSnapshot[];
  /** Whose liquidated volumes of the focused asset are on screen. */
  readonly volumes: readonly VolumeProvider[];
  /** Whether realised liquidations of the focused asset are on screen. */
  readonly liquidations: boolean;
}

export interface WantedSnapshot {
  readonly provider: ProviderId;
  readonly kind: SnapshotKind;
  /** For the focused asset alone, or for every watched one. */
  readonly scope: 'focus' | 'watchlist';
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
  readonly provider: ProviderId;
  readonly asset: Asset;
  readonly kind: SnapshotKind;
  readonly failure: Failure | null;
  /** The stream was away since then and REST has not put it right yet: levels may be missing; null: complete. */
  readonly missedSince: UnixMs | null;
  readonly at: UnixMs;
}

/** Every request the renderer can make: argument and value. The preload knows only the names below. */
export interface Requests {
  'app/start': { args: null; value: StartState };
  'settings/change': { args: Partial<Omit<Settings, 'market' | 'providers' | 'retention'>>; value: Settings };
  /** Simulated or live: the feeds are restarted on the other sources. */
  'market/choose': { args: Settings['market']; value: Settings };
  'workspace/want': { args: Wanted; value: null };
  /** Up to `limit` candles that open before `before` (null: the newest). Reads the cache, and the source where the cache has too few. */
  'candles/read': {
    args: { asset: Asset; timeframe: Timeframe; before: UnixMs | null; limit: number };
    value: CandleSeries | null;
  };
  'snapshot/latest': { args: { provider: ProviderId; asset: Asset; kind: SnapshotKind }; value: Snapshot | null };
  /** Ask the provider for this now (the user pressed Refresh or Retry); the answer comes as an event, too. */
  'snapshot/refresh': { args: { provider: ProviderId; asset: Asset; kind: SnapshotKind }; value: Snapshot | null };
  /** The map as it was at a moment, from the provider. Kept, but never shown as the newest. */
  'snapshot/at': { args: { provider: ProviderId; asset: Asset; at: UnixMs }; value: LiquidationProfile };
  /** Liquidated volumes with `from` ≤ time < `to`, from the cache; null when there are none. */
  'volumes/read': {
    args: { provider: VolumeProvider; asset: Asset; from: UnixMs; to: UnixMs };
    value: LiquidationVolumes | null;
  };
  /** Realised liquidations with `from` ≤ time < `to`, from the cache, one table a venue; the newest `limit` of each. */
  'liquidations/read': {
    args: { asset: Asset; from: UnixMs; to: UnixMs; limit: number };
    value: readonly RealisedLiquidations[];
  };
  /** What filling in a range would cost; nothing is sent. */
  'history/plan': { args: HistoryQuery; value: HistoryPlan };
  /** Starts filling in, or goes on where the same range was stopped. */
  'history/start': { args: HistoryQuery; value: HistoryJob };
  'history/stop': { args: { id: number }; value: HistoryJob };
  /** Takes a stopped or finished one off the list; what it brought stays. */
  'history/forget': { args: { id: number }; value: null };
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
  /** What the budgets afford; nothing is sent. */
  'plan/forecast': { args: PlanQuestion; value: readonly ProviderPlan[] };
  'connections/read': { args: RequestQuestion; value: Connections };
  /** Versions, states, limits, the newest requests and log lines, redacted: put on the clipboard. The value is what was copied. */
  'diagnostics/copy': { args: null; value: string };
  /** Payloads that could not be read, into a file that the user chooses. */
  'rejected/export': { args: null; value: Written | null };
  'store/state': { args: null; value: StoreState };
  /** What a retention would delete; nothing is deleted. */
  'retention/preview': { args: Retention; value: RetentionPreview };
  /** Saves the retention and deletes what it says; `store/job` tells how far it is. */
  'retention/apply': { args: Retention; value: Settings };
  /** Into a file that the user chooses; `store/job` tells how far it is. */
  'store/backup': { args: null; value: Written | null };
  /** From a file that the user chooses: it is checked first, the present database is set aside, the engine starts anew. */
  'store/restore': { args: null; value: Written | null };
  /** Reads every page. */
  'store/check': { args: null; value: StoreState };
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
  /** Volumes of a series changed in the cache: read them again. */
  'volumes/changed': { readonly source: Source; readonly asset: Asset; readonly variant: string };
  /** Realised liquidations came in: read those since the newest that is known. `newest`: time of the newest. */
  'liquidations/arrived': { readonly source: Source; readonly asset: Asset; readonly newest: UnixMs };
  'history/changed': HistoryJob;
  'market/changed': MarketState;
  'provider/changed': ProviderStatus;
  'settings/changed': Settings;
  'notice/changed': Notice;
  'budget/changed': BudgetState;
  /** The request log has newer lines. */
  'requests/changed': { readonly newest: number };
  'store/job': StoreJob;
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
  'snapshot/at': 0,
  'volumes/read': 0,
  'liquidations/read': 0,
  'history/plan': 0,
  'history/start': 0,
  'history/stop': 0,
  'history/forget': 0,
  'provider/configure': 0,
  'provider/test': 0,
  'provider/retry': 0,
  'credential/keep': 0,
  'credential/remove': 0,
  'plan/forecast': 0,
  'connections/read': 0,
  'diagnostics/copy': 0,
  'rejected/export': 0,
  'store/state': 0,
  'retention/preview': 0,
  'retention/apply': 0,
  'store/backup': 0,
  'store/restore': 0,
  'store/check': 0,
  'app/open-link': 0,
} satisfies Record<RequestName, 0>) as RequestName[];

export const eventNames: readonly EventName[] = Object.keys({
  'candles/tick': 0,
  'candles/refilled': 0,
  'quote/changed': 0,
  'snapshot/changed': 0,
  'snapshot/trouble': 0,
  'volumes/changed': 0,
  'liquidations/arrived': 0,
  'history/changed': 0,
  'market/changed': 0,
  'provider/changed': 0,
  'settings/changed': 0,
  'notice/changed': 0,
  'budget/changed': 0,
  'requests/changed': 0,
  'store/job': 0,
} satisfies Record<EventName, 0>) as EventName[];

/** The links the product shows; the renderer names one, main knows the address. */
export const linkNames = ['tradingview', ...providerIds] as const;
export type LinkName = (typeof linkNames)[number];

/** One event inside a batch: batches cross to the renderer at most once a frame. */
export type EventMessage = { [Name in EventName]: readonly [Name, Events[Name]] }[EventName];

/** What the preload exposes as `window.halcyon`. */
export interface Bridge {
  request<Name extends RequestName>(name: Name, args: Requests[Name]['args']): Promise<Result<Requests[Name]['value']>>;
  /** Calls back for each event of that name; returns the ending of the subscription. */
  on<Name extends EventName>(name: Name, callback: (event: Events[Name]) => void): () => void;
}
