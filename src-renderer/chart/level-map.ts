import type { LiquidationMap, LiquidationProfile } from '../../src-main/contract/liquidation.ts';
import { amountScale } from './intensity.ts';
import type { AmountScale } from './intensity.ts';

/** What a layer of the chart can be made of. */
export type LevelMap = LiquidationMap | LiquidationProfile;

/** The scale of one map's amounts, which no other map shares; null when it has no positive amount. */
export const scaleOf = (map: LevelMap): AmountScale | null =>
  map.kind === 'liquidation-map' ? amountScale(map.longs, map.shorts) : amountScale(map.amounts);

/** Whether the provider says which side a level is of, or it is read off the price. */
export const isSideInferred = (map: LevelMap): boolean => map.kind === 'liquidation-profile';
