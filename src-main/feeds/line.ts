import type { Wanted } from '../contract/channels.ts';
import type { Asset } from '../contract/market.ts';
import { priceProviders, volumeProviders, type PriceProvider, type ProviderId } from '../contract/source.ts';
import { CandleFeed } from './candle-feed.ts';
import type { Connection } from './connection.ts';
import { LiquidationFeed } from './liquidation-feed.ts';
import { OverviewFeed } from './overview-feed.ts';
import type { PriceRoutes } from './price-routes.ts';
import { SnapshotFeed, type FeedTools } from './snapshot-feed.ts';
import { VolumeFeed } from './volume-feed.ts';

/** One provider in use: its connection and the feeds that its capabilities allow. */
export interface Line {
  readonly connection: Connection;
  readonly snapshots: SnapshotFeed;
  readonly candles: CandleFeed | null;
  readonly overview: OverviewFeed | null;
  readonly liquidations: LiquidationFeed | null;
  readonly volumes: VolumeFeed | null;
  /** Everything wanted is due again. */
  dueNow(): void;
  close(): void;
}

export function openLine(connection: Connection, tools: FeedTools, routes: PriceRoutes): Line {
  const { client, provider } = connection;
  const { id } = provider.info;
  const snapshots = new SnapshotFeed(connection, tools);
  const candles = client.candles && isPriceProvider(id) ? routedCandles(id, connection, tools, routes) : null;
  const overview = client.overview
    ? new OverviewFeed(connection, tools.now, {
        quote: (quote) => {
          // Who streams an asset's candles knows its price better.
          if (routes.of(quote.instrument.asset) === id && !candles?.isLive) tools.publish('quote/changed', quote);
        },
        snapshot: (snapshot) => snapshots.accept(snapshot),
      })
    : null;
  const liquidations = client.openLiquidationStream ? new LiquidationFeed(connection, tools) : null;
  const volumes = client.history?.['liquidation-volumes'] ? new VolumeFeed(connection, tools) : null;
  const feeds = [snapshots, candles, overview, liquidations, volumes];
  return {
    connection,
    snapshots,
    candles,
    overview,
    liquidations,
    volumes,
    dueNow: () => feeds.forEach((feed) => feed?.dueNow()),
    close: () => {
      connection.close();
      feeds.forEach((feed) => feed?.close());
    },
  };
}

/** Tells a line what of the wanted things is its own. */
export function tellWanted(line: Line, wanted: Wanted, routes: PriceRoutes): void {
  const { id } = line.connection.provider.info;
  const { assets, focus } = wanted;
  const watched = [focus.asset, ...assets.filter((asset) => asset !== focus.asset)];
  const own = wanted.snapshots.filter(({ provider }) => provider === id);
  // The focused asset first, with everything; of the others only what the watchlist shows.
  line.snapshots.want([
    ...own.map(({ kind }) => ({ kind, asset: focus.asset })),
    ...watched
      .slice(1)
      .flatMap((asset) => own.filter(({ scope }) => scope === 'watchlist').map(({ kind }) => ({ kind, asset }))),
  ]);
  const routed = watched.filter((asset: Asset) => routes.of(asset) === id);
  line.candles?.want(routed, routes.of(focus.asset) === id ? focus : null);
  line.overview?.want(watched);
  line.liquidations?.want(wanted.liquidations ? watched : []);
  line.volumes?.want(volumeProviders.some((one) => one === id && wanted.volumes.includes(one)) ? focus.asset : null);
}

function routedCandles(id: PriceProvider, connection: Connection, tools: FeedTools, routes: PriceRoutes): CandleFeed {
  return new CandleFeed(connection, tools, {
    answered: (asset) => routes.answered(id, asset),
    failed: (asset, reason) => routes.failed(id, asset, reason),
  });
}

const isPriceProvider = (id: ProviderId): id is PriceProvider => priceProviders.some((one) => one === id);
