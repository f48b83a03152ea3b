import type { LimitRule } from '../../contract/limits.ts';
import type { DemandKind } from '../../contract/plan.ts';
import type { WeighedRequest } from '../provider.ts';

/** `rateLimits` of `/fapi/v1/exchangeInfo`: REQUEST_WEIGHT, 1 minute. */
export const weightPerMinute = 2400;

const minute: LimitRule = {
  id: 'minute',
  label: 'weight a minute',
  unit: 'weight',
  amount: weightPerMinute,
  windowMs: 60_000,
  window: 'fixed',
  told: true,
  basis:
    'Binance’s documentation allows an address a weight of 2,400 a minute, which is 2,400 ÷ 60 = 40 a second; a request for candles weighs 1 to 10 by how many it asks for, most others 1. Its answers say what was used.',
};

const statistics: LimitRule = {
  id: 'statistics',
  label: 'statistics calls in 5 minutes',
  unit: 'calls',
  amount: 1000,
  windowMs: 300_000,
  window: 'rolling',
  told: false,
  basis:
    'Binance’s documentation counts the history of open interest apart: 1,000 requests in 5 minutes for an address, which is 1,000 ÷ 5 = 200 a minute, and no weight. That any 5 minutes count is inferred.',
};

const fundingInfo: LimitRule = {
  id: 'funding-info',
  label: 'funding list calls in 5 minutes',
  unit: 'calls',
  amount: 500,
  windowMs: 300_000,
  window: 'rolling',
  told: false,
  basis:
    'Binance’s documentation counts the list of funding intervals apart: 500 requests in 5 minutes for an address, which is 500 ÷ 5 = 100 a minute. That any 5 minutes count, and that it has no weight beside, is inferred.',
};

export const binanceLimits: readonly LimitRule[] = [minute, statistics, fundingInfo];

/** Rows of an answer to klines where the request names no `limit`. */
const usualRows = 500;

/** Which of the rules counts a request, and how much: no request counts for two. */
export function weigh({ url: { pathname, searchParams } }: WeighedRequest, rule: string): number {
  if (pathname.includes('/futures/data/')) return rule === statistics.id ? 1 : 0;
  if (pathname.endsWith('/fapi/v1/fundingInfo')) return rule === fundingInfo.id ? 1 : 0;
  if (rule !== minute.id) return 0;
  if (pathname.endsWith('/klines')) return klinesWeight(Number(searchParams.get('limit') ?? usualRows));
  if (searchParams.has('symbol')) return 1;
  // Of all symbols at once.
  if (pathname.endsWith('/premiumIndex')) return 10;
  return pathname.endsWith('/ticker/24hr') ? 40 : 1;
}

/** Documented: [1, 100) 1, [100, 500) 2, [500, 1000] 5, above 10. */
const klinesWeight = (rows: number): number => (rows < 100 ? 1 : rows < 500 ? 2 : rows <= 1000 ? 5 : 10);

/** Weight of the minute. Open interest is two requests that weigh 1 (its history none); candles asked for again are few. */
export const costOf = (kind: DemandKind): number => (kind === 'open-interest' ? 2 : 1);
