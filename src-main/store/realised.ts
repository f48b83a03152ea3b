import type Database from 'better-sqlite3';
import type { RealisedLiquidations } from '../contract/liquidation.ts';
import type { Asset, UnixMs } from '../contract/market.ts';
import type { SourceKey } from '../contract/source.ts';
import type { Sources } from './sources.ts';

/** Liquidations that happened. Venues do not repeat them, so each that is added is kept. */
export interface Realised {
  /** All of them or none. */
  add(batch: RealisedLiquidations): void;
  /** Those with `from` ≤ time < `to`, one table a source and symbol that has any: the newest `limit` of it, ascending. */
  read(sources: readonly SourceKey[], asset: Asset, from: UnixMs, to: UnixMs, limit: number): RealisedLiquidations[];
}

interface Feed {
  readonly id: number;
  readonly symbol: string;
  readonly isSample: number;
  readonly priceBasis: RealisedLiquidations['priceBasis'];
}

type Row = readonly [
  time: number,
  side: number,
  price: number | null,
  coins: number | null,
  usd: number | null,
  receivedAt: number,
];

export function createRealised(db: Database.Database, sources: Sources): Realised {
  const selectFeeds = db.prepare<[number, string], Feed>(
    `SELECT id, symbol, is_sample AS isSample, price_basis AS priceBasis FROM liquidation_feeds
     WHERE source_id = ? AND asset = ? ORDER BY symbol, is_sample, price_basis`,
  );
  const insertFeed = db.prepare<[number, string, string, number, string]>(
    'INSERT INTO liquidation_feeds (source_id, asset, symbol, is_sample, price_basis) VALUES (?, ?, ?, ?, ?)',
  );
  const insert = db.prepare(
    `INSERT INTO realised_liquidations (feed_id, time, seq, side, price, coins, usd, received_at)
     VALUES (@feedId, @time,
       (SELECT coalesce(max(seq) + 1, 0) FROM realised_liquidations WHERE feed_id = @feedId AND time = @time),
       @side, @price, @coins, @usd, @receivedAt)`,
  );
  const select = db
    .prepare<[number, number, number, number]>(
      `SELECT time, side, price, coins, usd, received_at FROM realised_liquidations
       WHERE feed_id = ? AND time >= ? AND time < ? ORDER BY time DESC, seq DESC LIMIT ?`,
    )
    .raw();

  function feedOf({ source, asset, symbol, isSample, priceBasis }: RealisedLiquidations): number {
    const sourceId = sources.idOf(source);
    const found = selectFeeds
      .all(sourceId, asset)
      .find((feed) => feed.symbol === symbol && (feed.isSample === 1) === isSample && feed.priceBasis === priceBasis);
    return found?.id ?? Number(insertFeed.run(sourceId, asset, symbol, isSample ? 1 : 0, priceBasis).lastInsertRowid);
  }

  const add = db.transaction((batch: RealisedLiquidations) => {
    const feedId = feedOf(batch);
    const { times, sides, prices, coins, usd, receivedAt } = batch;
    for (let i = 0; i < times.length; i++) {
      // A side is stored as an integer: 1 or -1.
      const side = (sides[i] as number) < 0 ? -1 : 1;
      const row = { time: times[i], side, price: prices[i], coins: coins[i], usd: usd[i], receivedAt: receivedAt[i] };
      insert.run({ feedId, ...row });
    }
  });

  return {
    add: (batch) => add.immediate(batch),
    read: (keys, asset, from, to, limit) =>
      keys.flatMap((key) => {
        const sourceId = sources.find(key);
        if (sourceId === null) return [];
        return selectFeeds.all(sourceId, asset).flatMap(({ id, symbol, isSample, priceBasis }) => {
          const rows = (select.all(id, from, to, limit) as Row[]).reverse();
          const head = { source: sources.read(sourceId), asset, symbol, isSample: isSample === 1, priceBasis };
          return rows.length === 0 ? [] : [{ ...head, ...columnsFrom(rows) }];
        });
      }),
  };
}

function columnsFrom(
  rows: readonly Row[],
): Pick<RealisedLiquidations, 'times' | 'sides' | 'prices' | 'coins' | 'usd' | 'receivedAt'> {
  const column = (place: 0 | 1 | 2 | 3 | 4 | 5): Float64Array => Float64Array.from(rows, (row) => row[place] ?? NaN);
  return {
    times: column(0),
    sides: column(1),
    prices: column(2),
    coins: column(3),
    usd: column(4),
    receivedAt: column(5),
  };
}
