import type { LimitRule } from '../../contract/limits.ts';
import type { DemandKind } from '../../contract/plan.ts';
import type { WeighedRequest } from '../provider.ts';

const burst: LimitRule = {
  id: 'burst',
  label: 'weight in 2 seconds',
  unit: 'weight',
  amount: 40,
  windowMs: 2000,
  window: 'rolling',
  told: false,
  basis:
    'OKX’s documentation allows 40 requests in 2 seconds for candles, 20 for older candles, the list of contracts and open interest, 10 for the rest. Halcyon counts them all together, as 40 ÷ 40 = 1, 40 ÷ 20 = 2 and 40 ÷ 10 = 4 of 40, so that none can be passed. That any 2 seconds count is inferred.',
};

export const okxLimits: readonly LimitRule[] = [burst];

/** 40 ÷ the requests that an endpoint allows in 2 seconds. Endpoints that are not here allow 10, the fewest of all. */
const weights: Readonly<Record<string, number>> = {
  candles: 1,
  'history-candles': 2,
  instruments: 2,
  'open-interest': 2,
};
const fewest = 4;

export function weigh({ url }: WeighedRequest): number {
  const endpoint = url.pathname.split('/').at(-1) ?? '';
  return Object.hasOwn(weights, endpoint) ? weights[endpoint]! : fewest;
}

/** Open interest comes with its history, where it names dollars; candles asked for again fit one page. */
export function costOf(kind: DemandKind): number {
  if (kind === 'candles') return 1;
  return kind === 'open-interest' ? 2 + fewest : fewest;
}
