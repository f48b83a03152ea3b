import type { Wanted } from '../contract/channels.ts';
import type { DemandKind, PlanSettings, ProviderPlan } from '../contract/plan.ts';
import { snapshotKinds, type SnapshotKind } from '../contract/snapshot.ts';
import { priceProviders, type PriceProvider, type ProviderId } from '../contract/source.ts';
import { CandleFeed } from './candle-feed.ts';
import type { Connection } from './connection.ts';
import { lineWanted } from './demands.ts';
import { LiquidationFeed } from './liquidation-feed.ts';
import { OverviewFeed } from './overview-feed.ts';
import { Pace } from './pace.ts';
import type { PriceRoutes } from './price-routes.ts';
import type { FeedTools } from './feed-tools.ts';
import { SnapshotFeed } from './snapshot-feed.ts';
import { VolumeFeed } from './volume-feed.ts';

/** One provider in use: its connection, its pace, and the feeds that its capabilities allow. */
export class Line {
  readonly connection: Connection;
  readonly pace: Pace;
  readonly snapshots: SnapshotFeed;
  readonly candles: CandleFeed | null;
  readonly #overview: OverviewFeed | null;
  readonly #liquidations: LiquidationFeed | null;
  readonly #volumes: VolumeFeed | null;
  readonly #routes: PriceRoutes;
  #isUsed = false;

  constructor(connection: Connection, tools: FeedTools, routes: PriceRoutes) {
    const { client, provider } = connection;
    const { id } = provider.info;
    this.connection = connection;
    this.#routes = routes;
    this.pace = new Pace(connection, tools.elapsed, {
      isStreamed: (kind, asset) =>
        kind === 'candles'
          ? (this.candles?.isLive ?? false)
          : isSnapshot(kind) && asset !== null && this.snapshots.isStreamed(kind, asset),
      ageMs: (kind, asset) => (isSnapshot(kind) && asset !== null ? this.snapshots.ageMs(kind, asset) : null),
    });
    this.snapshots = new SnapshotFeed(connection, tools, this.pace);
    this.candles = client.candles && isPriceProvider(id) ? this.#routedCandles(id, tools) : null;
    this.#overview = client.overview
      ? new OverviewFeed(connection, tools.now, this.pace, {
          quote: (quote) => {
            // Who streams an asset's candles knows its price better.
            if (routes.of(quote.instrument.asset) === id && !this.candles?.isLive)
              tools.publish('quote/changed', quote);
          },
          snapshot: (snapshot) => this.snapshots.accept(snapshot),
        })
      : null;
    this.#liquidations = client.openLiquidationStream ? new LiquidationFeed(connection, tools) : null;
    this.#volumes = client.history?.['liquidation-volumes'] ? new VolumeFeed(connection, tools, this.pace) : null;
  }

  /** Tells it what of the wanted things is its own. */
  want(wanted: Wanted, settings: PlanSettings): void {
    const own = this.#own(wanted, settings);
    const { snapshots, candles, overview, liquidations, volumes } = own;
    this.#isUsed = [snapshots, candles, overview, liquidations].some(({ length }) => length > 0) || volumes !== null;
    this.pace.want(own, settings);
    this.snapshots.want(snapshots);
    this.candles?.want(candles, own.focus);
    this.#overview?.want(overview);
    this.#liquidations?.want(liquidations);
    this.#volumes?.want(volumes);
  }

  /** Whether anything on screen comes from it. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** What its budget would afford with this on screen and these settings; nothing changes by it. */
  forecast(wanted: Wanted, settings: PlanSettings): ProviderPlan {
    const { mayStream, provider } = this.connection;
    // Without a key, or with one that is refused, nothing is asked: there is nothing to plan.
    if (!mayStream) return { provider: provider.info.id, rows: [], limitedBy: null, forecast: null };
    return this.pace.wouldBe(this.#own(wanted, settings), settings);
  }

  /** Everything wanted is due again. */
  dueNow(): void {
    for (const feed of this.#feeds) feed?.dueNow();
  }

  /** The machine woke up or the network changed. */
  woke(): void {
    this.connection.woke();
    for (const feed of [this.snapshots, this.candles, this.#overview, this.#volumes]) feed?.woke();
  }

  close(): void {
    this.connection.close();
    for (const feed of this.#feeds) feed?.close();
  }

  get #feeds() {
    return [this.snapshots, this.candles, this.#overview, this.#liquidations, this.#volumes];
  }

  #own(wanted: Wanted, settings: PlanSettings) {
    return lineWanted(this.connection.provider, wanted, settings, (asset) => this.#routes.of(asset));
  }

  #routedCandles(id: PriceProvider, tools: FeedTools): CandleFeed {
    return new CandleFeed(this.connection, tools, this.pace, {
      answered: (asset) => this.#routes.answered(id, asset),
      failed: (asset, reason) => this.#routes.failed(id, asset, reason),
    });
  }
}

const isSnapshot = (kind: DemandKind): kind is SnapshotKind => snapshotKinds.some((one) => one === kind);
const isPriceProvider = (id: ProviderId): id is PriceProvider => priceProviders.some((one) => one === id);
