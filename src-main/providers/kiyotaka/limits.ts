import type { LimitRule } from '../../contract/limits.ts';
import type { Asset } from '../../contract/market.ts';
import type { DemandKind } from '../../contract/plan.ts';
import type { Options, WeighedRequest } from '../provider.ts';
import { choicesOf, includedDepth, intervalNames, intervals, marketOf } from './choices.ts';
import { costs, weightOf, type PointType } from './weight.ts';

const minute: LimitRule = {
  id: 'minute',
  label: 'weight a minute',
  unit: 'weight',
  amount: 750,
  windowMs: 60_000,
  window: 'rolling',
  told: true,
  basis:
    'Kiyotaka’s two document sites both grant the plans with the heatmap a weight of 750 a minute. Smaller plans have less (10, 50 or 100), and the sites differ on them: set the number of yours in Settings. The burst of 1,500 is left unused.',
};

const day: LimitRule = {
  id: 'day',
  label: 'weight a day',
  unit: 'weight',
  amount: null,
  windowMs: 86_400_000,
  window: 'fixed',
  told: false,
  basis:
    'One of Kiyotaka’s document sites limits its free plan to a weight of 1,000 a day and no other plan: if yours has such a limit, set its number in Settings.',
};

export const kiyotakaLimits: readonly LimitRule[] = [minute, day];

/** By the request’s own query; `/v1/usage` and lists of what there is cost nothing. */
export function weigh({ url: { pathname, searchParams } }: WeighedRequest): number {
  if (!pathname.endsWith('/v1/points')) return 0;
  const type = typeIn(searchParams);
  const depth = wholeIn(searchParams, 'maxDepth') ?? includedDepth;
  return weightOf({
    type,
    points: pointsIn(searchParams) ?? costs[type].mostPoints,
    exchanges: searchParams.getAll('exchange').length,
    grouped: searchParams.has('transform.groupBy.type'),
    maxDepth: type === 'HYPERLIQUID_LIQUIDATION_AGG' ? depth : 1,
  });
}

function pointsIn(query: URLSearchParams): number | null {
  const interval = intervalNames.find((name) => name === query.get('interval'));
  const seconds = wholeIn(query, 'period');
  return interval === undefined || seconds === null ? null : Math.ceil((seconds * 1000) / intervals[interval].ms);
}

function wholeIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? '';
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
}

const typeIn = (query: URLSearchParams): PointType =>
  query.get('type') === 'HYPERLIQUID_LIQUIDATION_AGG' ? 'HYPERLIQUID_LIQUIDATION_AGG' : 'LIQUIDATION_AGG';

/** What keeps a series up to now: of each, fewer than the 1,000 points that are charged anyway. */
export function costOf(kind: DemandKind, asset: Asset | null, options: Options): number {
  const choices = choicesOf(options);
  const few = { points: 1, exchanges: 0, grouped: false, maxDepth: 1 };
  if (kind === 'liquidation-profile') {
    return weightOf({ ...few, type: 'HYPERLIQUID_LIQUIDATION_AGG', maxDepth: choices.maxDepth });
  }
  const { isGrouped } = marketOf(asset ?? '', choices);
  return weightOf({ ...few, type: 'LIQUIDATION_AGG', exchanges: choices.exchanges.length, grouped: isGrouped });
}
