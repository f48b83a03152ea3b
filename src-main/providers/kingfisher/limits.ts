import type { LimitRule } from '../../contract/limits.ts';

const day: LimitRule = {
  id: 'day',
  label: 'calls a day',
  unit: 'calls',
  amount: 100,
  windowMs: 86_400_000,
  window: 'fixed',
  told: true,
  basis:
    'Kingfisher’s document grants the Pro plan 100 calls a day, Elite any number, and the sandbox charges none; every answer says which it is. That the day starts at midnight UTC is inferred until an answer names the reset.',
};

const burst: LimitRule = {
  id: 'burst',
  label: 'calls a second',
  unit: 'calls',
  amount: 5,
  windowMs: 1000,
  window: 'rolling',
  told: false,
  basis:
    'Kingfisher’s fair use draws a line at 10 requests a second for long. Halcyon stays at half of it: 10 ÷ 2 = 5.',
};

/** Every request is one call. */
export const kingfisherLimits: readonly LimitRule[] = [day, burst];
