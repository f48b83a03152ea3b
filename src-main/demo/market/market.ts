import type { MapTimeframe } from '../../contract/liquidation.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import { assetSpecs } from './assets.ts';
import type { AssetSpec, Venue } from './assets.ts';
import { gammaState } from './gamma.ts';
import type { GammaState } from './gamma.ts';
import { liquidationLevels } from './liquidations.ts';
import type { LiquidationLevel } from './liquidations.ts';
import { createOptions } from './options.ts';
import type { Options } from './options.ts';
import { depthState, fundingRates, openInterest, orderFlow } from './positioning.ts';
import type { DepthState, FlowPoint, VenueFunding, VenueOpenInterest } from './positioning.ts';
import { createPrices } from './prices.ts';
import type { Prices } from './prices.ts';
import { createRealised } from './realised.ts';
import type { Realised } from './realised.ts';

/** The whole simulated market as functions of time. The same seed gives the same market, in any order of asking. */
export interface Market {
  readonly prices: Prices;
  find(asset: Asset): AssetSpec | null;
  findSymbol(symbol: string): AssetSpec | null;
  liquidations(spec: AssetSpec, timeframe: MapTimeframe, venue: Venue | 'all', at: UnixMs): LiquidationLevel[];
  gamma(spec: AssetSpec, at: UnixMs): GammaState | null;
  openInterest(spec: AssetSpec, at: UnixMs): VenueOpenInterest[];
  funding(spec: AssetSpec, at: UnixMs): VenueFunding[];
  depth(spec: AssetSpec, at: UnixMs): DepthState;
  flow(spec: AssetSpec, at: UnixMs): FlowPoint[];
  readonly realised: Realised;
  readonly options: Options;
}

export function createMarket(seed: number): Market {
  const prices = createPrices(seed);
  return {
    prices,
    find: (asset) => assetSpecs.find((spec) => spec.asset === asset) ?? null,
    findSymbol: (symbol) => assetSpecs.find((spec) => spec.symbol === symbol) ?? null,
    liquidations: (spec, timeframe, venue, at) => liquidationLevels(prices, spec, timeframe, venue, at),
    gamma: (spec, at) => gammaState(prices, spec, at),
    openInterest: (spec, at) => openInterest(prices, spec, at),
    funding: (spec, at) => fundingRates(prices, spec, at),
    depth: (spec, at) => depthState(prices, spec, at),
    flow: (spec, at) => orderFlow(prices, spec, at),
    realised: createRealised(prices),
    options: createOptions(prices),
  };
}
