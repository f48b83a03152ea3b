import type { LimitRule } from '../../contract/limits.ts';

const burst: LimitRule = {
  id: 'burst',
  label: 'calls in 5 seconds',
  unit: 'calls',
  amount: 600,
  windowMs: 5000,
  window: 'rolling',
  told: false,
  basis:
    'Bybit’s documentation allows an address 600 requests in any 5 seconds, which is 600 ÷ 5 = 120 a second, over all its products; beyond, it bars the address for 10 minutes.',
};

/** Every request is one call. */
export const bybitLimits: readonly LimitRule[] = [burst];
