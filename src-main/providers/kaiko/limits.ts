import type { LimitRule } from '../../contract/limits.ts';

const pace: LimitRule = {
  id: 'pace',
  label: 'calls in 5 seconds',
  unit: 'calls',
  amount: 10,
  windowMs: 5000,
  window: 'rolling',
  told: false,
  basis:
    'Halcyon’s own pace: Kaiko’s document of these volumes names no limit, and contracts differ. 10 in any 5 seconds, which is 10 ÷ 5 = 2 pages a second.',
};

const day: LimitRule = {
  id: 'day',
  label: 'calls a day',
  unit: 'calls',
  amount: null,
  windowMs: 86_400_000,
  window: 'fixed',
  told: true,
  basis:
    'Kaiko documents no such limit: there is none until its answers tell one, or you set that of your contract in Settings. That it is of a day is assumed.',
};

/** Every page is one call. */
export const kaikoLimits: readonly LimitRule[] = [pace, day];
