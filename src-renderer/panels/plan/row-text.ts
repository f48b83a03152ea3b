import type { DemandKind, PlanRow, Tier } from '../../../src-main/contract/plan.ts';
import type { LimitRule } from '../../../src-main/contract/limits.ts';
import { exactNumber } from '../../format/price.ts';
import { intervalText } from './spans.ts';

export const kindNames: Readonly<Record<DemandKind, string>> = {
  'liquidation-map': 'Liquidation map',
  'liquidation-profile': 'Liquidation profile',
  gex: 'Gamma exposure',
  'open-interest': 'Open interest',
  'funding-rates': 'Funding rates',
  'market-depth': 'Market depth',
  'order-flow': 'Order flow',
  candles: 'Candles',
  overview: 'Overview',
  'liquidation-volumes': 'Liquidated volumes',
};

export const tierNames: Readonly<Record<Tier, string>> = {
  pinned: 'pinned',
  visible: 'in view',
  background: 'in the background',
  archive: 'archive',
};

/** `BTC liquidation map`, `Overview of all assets`. */
export const rowName = ({ asset, kind }: Pick<PlanRow, 'asset' | 'kind'>): string =>
  asset === null ? `${kindNames[kind]} of all assets` : `${asset} ${kindNames[kind].toLowerCase()}`;

export const everyText = (intervalMs: number | null): string =>
  intervalMs === null ? 'not before the reset' : `every ${intervalText(intervalMs)}`;

/** What the plan affords of a row. */
export function affordedText({ isStreamed, intervalMs }: Pick<PlanRow, 'isStreamed' | 'intervalMs'>): string {
  if (!isStreamed) return everyText(intervalMs);
  return intervalMs === null
    ? 'streamed, not checked before the reset'
    : `streamed, checked every ${intervalText(intervalMs)}`;
}

/** `1 call`, `weight 5`. */
export const chargeText = (weight: number, unit: LimitRule['unit']): string =>
  unit === 'weight' ? `weight ${exactNumber(weight)}` : `${exactNumber(weight)} ${weight === 1 ? 'call' : 'calls'}`;
