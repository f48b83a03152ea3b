import type { MapTimeframe } from '../../contract/liquidation.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec, Venue } from '../market/assets.ts';
import type { LiquidationLevel } from '../market/liquidations.ts';
import type { Market } from '../market/market.ts';

/*
 * The wire format. Liquidations, gex and open interest are as the provider documents them; funding, depth and tof are
 * documented in words only, and the shapes here are a guess.
 */

/** The provider writes times without milliseconds. */
export const isoSeconds = (at: UnixMs): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

export interface WireCluster {
  readonly price: number;
  readonly long_liquidations: number;
  readonly short_liquidations: number;
}

export const wireCluster = (level: LiquidationLevel): WireCluster => ({
  price: level.price,
  long_liquidations: level.longUsd,
  short_liquidations: level.shortUsd,
});

export function liquidations(
  market: Market,
  spec: AssetSpec,
  timeframe: MapTimeframe,
  exchange: Venue | 'all',
  at: UnixMs,
): object {
  const timestamp = isoSeconds(at);
  return {
    asset: spec.asset,
    exchange,
    timeframe,
    current_price: market.prices.price(spec, at),
    clusters: market.liquidations(spec, timeframe, exchange, at).map((level) => ({ ...wireCluster(level), timestamp })),
  };
}

/** Null for assets without options. */
export function gex(market: Market, spec: AssetSpec, at: UnixMs): object | null {
  const state = market.gamma(spec, at);
  if (!state) return null;
  return {
    asset: spec.asset,
    current_price: state.price,
    gex_profile: state.strikes.map(({ strike, gamma, total }) => ({
      ...{ strike, gamma_exposure: gamma, total_gamma: total },
    })),
    flip_level: state.flip,
    current_gex: state.regime,
  };
}

export function openInterest(market: Market, spec: AssetSpec, exchange: Venue | 'all', at: UnixMs): object {
  const rows = market.openInterest(spec, at).filter(({ venue }) => exchange === 'all' || venue === exchange);
  return {
    asset: spec.asset,
    total_open_interest: rows.reduce((sum, row) => sum + row.usd, 0),
    exchange_breakdown: rows.map((row) => ({
      exchange: row.venue,
      open_interest: row.usd,
      change_24h: row.change24hUsd,
      change_percent_24h: row.changePercent24h,
    })),
  };
}

/** `predicted`: the plan includes the next rate. */
export function fundingRates(market: Market, spec: AssetSpec, predicted: boolean, at: UnixMs): object {
  return {
    asset: spec.asset,
    timestamp: isoSeconds(at),
    funding_rates: market.funding(spec, at).map((row) => ({
      exchange: row.venue,
      funding_rate: row.rate,
      annualized_rate: row.annualized,
      ...(predicted ? { predicted_rate: row.predicted } : {}),
      next_funding_time: isoSeconds(row.nextAt),
      interval_hours: 8,
    })),
  };
}

export function depth(
  market: Market,
  spec: AssetSpec,
  exchange: Venue | 'all',
  percentage: number | null,
  at: UnixMs,
): object {
  const state = market.depth(spec, at);
  const rows = state.rows.filter(
    ({ venue, percent }) =>
      (exchange === 'all' || venue === exchange) && (percentage === null || percent === percentage),
  );
  return {
    asset: spec.asset,
    timestamp: isoSeconds(at),
    mid_price: state.mid,
    spread_percent: state.spreadPercent,
    depth: rows.map((row) => ({
      ...{ exchange: row.venue, percentage: row.percent, bid_depth: row.bidUsd, ask_depth: row.askUsd },
    })),
  };
}

export function orderFlow(market: Market, spec: AssetSpec, at: UnixMs): object {
  const points = market.flow(spec, at);
  const newest = points.at(-1);
  return {
    asset: spec.asset,
    timestamp: isoSeconds(at),
    tof: newest?.pressure ?? 0,
    cvd: newest?.cumulativeUsd ?? 0,
    history: points.map((point) => ({
      timestamp: isoSeconds(point.at),
      tof: point.pressure,
      cvd: point.cumulativeUsd,
    })),
  };
}
