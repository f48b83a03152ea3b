import type { LimitRule } from '../../contract/limits.ts';

const pace: LimitRule = {
  id: 'pace',
  label: 'calls in 5 seconds',
  unit: 'calls',
  amount: 5,
  windowMs: 5000,
  window: 'rolling',
  told: false,
  basis:
    'Halcyon’s own pace: the document of Kingfisher’s legacy interface names no limit. 5 in any 5 seconds, which is 5 ÷ 5 = 1 call a second; a login counts as one.',
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
    'Kingfisher documents no such limit: there is none until its answers tell one, or you set that of your account in Settings. That it is of a day is assumed.',
};

/** Every request is one call, a login too. */
export const kingfisherLegacyLimits: readonly LimitRule[] = [pace, day];
