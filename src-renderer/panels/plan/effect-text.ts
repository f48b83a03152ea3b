import type { BudgetState } from '../../../src-main/contract/limits.ts';
import type { ProviderPlan } from '../../../src-main/contract/plan.ts';
import { exactNumber } from '../../format/price.ts';
import type { Effect, RowChange } from './effect.ts';
import { countText, ruleOf } from './forecast-text.ts';
import { affordedText, rowName } from './row-text.ts';

/** `Used by the reset: 88 → 90 of 100 calls a day. At the wanted intervals: 96 → 128.` */
export function totalsText({ before, after }: Effect, budget: BudgetState | null): string {
  const was = before?.forecast ?? null;
  const is = after?.forecast ?? null;
  if (is === null)
    return was === null ? 'Nothing that is asked is limited.' : 'Nothing that is asked is limited any more.';
  const rule = ruleOf(budget, is.rule)?.rule ?? null;
  const from = (count: number | undefined, total: number): string =>
    count === undefined
      ? ''
      : `${exactNumber(Math.round(count))}${total === is.amount ? '' : ` of ${exactNumber(total)}`} → `;
  const total = was?.amount ?? is.amount;
  return [
    `Used by the reset: ${from(was?.usedAtReset, total)}${countText(is.usedAtReset, is.amount, rule)}.`,
    `At the wanted intervals: ${was === null ? '' : `${exactNumber(Math.round(was.wantedAtReset))} → `}${exactNumber(Math.round(is.wantedAtReset))}.`,
  ].join(' ');
}

/** `BTC liquidation map: every 15 min → every 20 min, slower`. */
export function changeText({ row, change, before, after }: RowChange): string {
  const name = rowName(row);
  if (after === null) return `${name}: not asked any more`;
  if (before === null) return `${name}: new, ${affordedText(after)}`;
  return `${name}: ${affordedText(before)} → ${affordedText(after)}, ${change}`;
}

/** Said where a plan asks the same at the same pace. */
export function calmText(effects: readonly Effect[]): string | null {
  if (effects.some(({ rows }) => rows.some(({ change }) => change === 'slower'))) return null;
  return effects.length === 0 ? 'Nothing changes in what is asked.' : 'Nothing slows down.';
}

/** Whether the plan asks what it cannot afford as often as wanted. */
export const isShort = ({ forecast }: ProviderPlan): boolean =>
  forecast !== null && forecast.wantedAtReset > forecast.amount;
