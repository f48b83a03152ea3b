import type { LimitRule } from '../../contract/limits.ts';
import { isLong } from './windows.ts';

/** Why a request of `units` has to wait, in a sentence for the user. */
export function reasonFor(rule: LimitRule, left: number, units: number): string {
  if (!isLong(rule)) return `The limit of ${rule.label} is reached for a moment.`;
  const [one, many, none] =
    rule.unit === 'calls' ? ['call', 'calls', 'No calls are'] : ['unit of weight', 'units of weight', 'No weight is'];
  if (left <= 0) return `${none} left until the limit resets.`;
  const remains =
    left === 1
      ? `Only 1 ${one} is left until the limit resets`
      : `Only ${left} ${many} are left until the limit resets`;
  return left < units ? `${remains}; this request costs ${units}.` : `${remains}; they are kept for your own requests.`;
}
