import type { Failure } from '../contract/failure.ts';
import type { HistoryKind, HistoryPlan, HistoryQuery } from '../contract/history.ts';
import type { LiquidationProfile, LiquidationVolumes, RealisedLiquidations } from '../contract/liquidation.ts';
import type { Asset, Candle, CandleSeries, Instrument, Quote, Timeframe, UnixMs } from '../contract/market.ts';
import type { DemandKind } from '../contract/plan.ts';
import type { ProviderInfo, RateLimits } from '../contract/provider-status.ts';
import type { Snapshot, SnapshotKind, SnapshotOf } from '../contract/snapshot.ts';
import type { Source } from '../contract/source.ts';
import type { HttpClient } from '../net/http.ts';
import type { OpenSocket } from '../net/socket.ts';

/**
 * A source of data. One file, one registry line, fixtures and a test. It knows its wire format and nothing of who asks,
 * when, or where answers are kept; it never knows whether it talks to the real host or to a loopback server.
 */
export interface Provider {
  readonly info: ProviderInfo;
  connect(context: ProviderContext): ProviderClient;
  /** What a request is charged, in the unit of the rule of that id; absent: 1 of each. Pure; called for every request. */
  weigh?(request: WeighedRequest, rule: string): number;
  /** What one question of the feeds costs by its options, before it is sent; absent: 1. Pure. */
  costOf?(kind: DemandKind, asset: Asset | null, options: Options): number;
  /** The variant of the snapshots that these options ask for; absent: it has one only. Pure. */
  variant?(kind: SnapshotKind, asset: Asset, options: Options): string;
  /** The variant of the volumes that these options ask for. Pure. */
  volumesVariant?(asset: Asset, options: Options): string;
}

/** A request about to be sent, headers left out. */
export interface WeighedRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly body: string | null;
}

/** Values of the provider's own options by name, each one set: where the user chose none, the option's fallback. */
export type Options = Readonly<Record<string, string>>;

/** What a provider is given to work with: hosts, key, network, clock, and whom to tell. */
export interface ProviderContext {
  readonly source: Source;
  /** Without a trailing slash. */
  readonly restUrl: string;
  readonly streamUrl: string;
  /** The credential's fields; null for keyless providers and while no key is kept. */
  readonly secret: Readonly<Record<string, string>> | null;
  readonly options: Options;
  readonly http: HttpClient;
  readonly openSocket: OpenSocket;
  readonly now: () => UnixMs;
  /** Called for every answer that carries limits. */
  readonly onLimits: (limits: RateLimits) => void;
  /**
   * Called with snapshots of earlier moments that an answer brought along with the newest: they are kept, not shown, so
   * that nothing fetched is lost.
   */
  readonly onEarlier: (snapshots: readonly Snapshot[]) => void;
  /** Called with each payload that does not parse; the method that asked then throws a `bad-response`. */
  readonly onRejected: (rejected: RejectedPayload) => void;
}

/** A payload that could not be read, kept so that nothing fetched is lost. */
export interface RejectedPayload {
  readonly source: Source;
  readonly endpoint: string;
  readonly at: UnixMs;
  /** JSON path of the first bad field; `$` when the text is not JSON at all. */
  readonly path: string;
  readonly message: string;
  /** The raw text, as received; the store caps it. */
  readonly text: string;
}

/** A connected provider. The methods it has are its capabilities; all of them throw FailureError and nothing else. */
export interface ProviderClient {
  /** One real request that proves host and key; resolves to one sentence for the user. */
  test(signal: AbortSignal): Promise<string>;
  readonly snapshots?: SnapshotFetchers;
  candles?(query: CandleQuery, signal: AbortSignal): Promise<CandleSeries>;
  openSnapshotStream?(listener: StreamListener<SnapshotUpdate>): Stream<SnapshotSubscription>;
  openCandleStream?(listener: StreamListener<CandleUpdate>): Stream<CandleSubscription>;
  /** Realised liquidations as they happen; each update is of one asset. */
  openLiquidationStream?(listener: StreamListener<RealisedLiquidations>): Stream<LiquidationSubscription>;
  /** What one call tells of these assets; those it does not know are absent. */
  overview?(assets: readonly Asset[], signal: AbortSignal): Promise<Overview>;
  /** The map as it was at a moment; its `takenAt` is the provider's word, or the moment asked for. */
  profileAt?(asset: Asset, at: UnixMs, signal: AbortSignal): Promise<LiquidationProfile>;
  readonly history?: { readonly [Kind in HistoryKind]?: HistoryReader };
}

export interface LiquidationSubscription {
  readonly asset: Asset;
}

export interface Overview {
  /** Prices of the venue, without the one of the day before where it does not tell. */
  readonly quotes: readonly Quote[];
  /** Open interest and funding of each asset. */
  readonly snapshots: readonly Snapshot[];
}

/** Fills in a range of the past, page by page. */
export interface HistoryReader {
  /** Pure. Throws FailureError `bad-request` for a range that cannot be asked for. */
  plan(query: HistoryQuery): HistoryPlan;
  /**
   * The parts of a range, ascending by time, one request a part; each is whole and can be kept at once. Stopped by not
   * asking for the next. Throws FailureError.
   */
  read(query: HistoryQuery, signal: AbortSignal): AsyncIterator<HistoryPart, void>;
}

export interface HistoryPart {
  readonly volumes: LiquidationVolumes | null;
  readonly snapshots: readonly Snapshot[];
  /** All of the query's range before this is told by this part and those before it. */
  readonly reached: UnixMs;
}

export type SnapshotFetchers = {
  readonly [Kind in SnapshotKind]?: (asset: Asset, signal: AbortSignal) => Promise<SnapshotOf<Kind>>;
};

export interface CandleQuery {
  readonly asset: Asset;
  readonly timeframe: Timeframe;
  /** Open time of the first candle wanted; null: as many as `limit` allows before `to`. */
  readonly from: UnixMs | null;
  /** Candles that open before this; null: up to now, the forming one included. */
  readonly to: UnixMs | null;
  readonly limit: number;
}

export interface SnapshotSubscription {
  readonly kind: SnapshotKind;
  readonly asset: Asset;
}

export interface CandleSubscription {
  readonly asset: Asset;
  readonly timeframe: Timeframe;
}

/**
 * `replace`: a whole new snapshot. `merge`: new values of the levels it names, on top of the last one (a level sent
 * with both amounts zero is gone).
 */
export interface SnapshotUpdate {
  readonly mode: 'replace' | 'merge';
  readonly snapshot: Snapshot;
}

export interface CandleUpdate {
  readonly instrument: Instrument;
  readonly timeframe: Timeframe;
  readonly candle: Candle;
  /** The venue's own time of this state. */
  readonly eventTime: UnixMs;
  readonly receivedAt: UnixMs;
}

/** What is wanted is declared, whole, as often as it changes; it is sent again after each reconnect. */
export interface Stream<Subscription> {
  want(subscriptions: readonly Subscription[]): void;
  close(): void;
}

export type StreamState =
  | { readonly kind: 'connecting' }
  /** Connected and subscribed; no data has come yet (acknowledgements and errors are none). */
  | { readonly kind: 'open' }
  /** The first update since the connect is about to be told. */
  | { readonly kind: 'live' }
  /** Not connected; tried again at `retryAt` (null: never, the key or the plan must change first). */
  | { readonly kind: 'down'; readonly failure: Failure; readonly retryAt: UnixMs | null };

export interface StreamListener<Update> {
  state(state: StreamState): void;
  update(update: Update): void;
  /** The connection was away: what was missed must be fetched again. Called on each reconnect, not on the first connect. */
  gap(): void;
}
