import type { LimitRule } from '../../contract/limits.ts';

const burst: LimitRule = {
  id: 'burst',
  label: 'calls a second',
  unit: 'calls',
  amount: 20,
  windowMs: 1000,
  window: 'rolling',
  told: false,
  basis:
    'Deribit charges an account 500 credits a request and gives back 10,000 a second: 10,000 ÷ 500 = 20. That an address without an account has as much is inferred, so the burst of 50,000 ÷ 500 = 100 that accounts have is left unused.',
};

/** Every request is one call. */
export const deribitLimits: readonly LimitRule[] = [burst];
