import type { PlanRow, ProviderPlan } from '../../src-main/contract/plan.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';

export interface SlowedRow {
  readonly provider: ProviderId;
  readonly row: PlanRow;
}

/** A row is called slow from this multiple of its wanted interval. */
const noticeable = 1.5;

/** Whether the budget makes the row come noticeably later than wanted. What the stream brings does not wait for calls. */
export const isSlowed = ({ isStreamed, intervalMs, wantedMs }: PlanRow): boolean =>
  !isStreamed && (intervalMs === null || intervalMs > noticeable * wantedMs);

/** Those on screen, the slowest first. */
export function slowedRows(plans: readonly ProviderPlan[]): readonly SlowedRow[] {
  return plans
    .flatMap(({ provider, rows }) => rows.map((row) => ({ provider, row })))
    .filter(({ row }) => (row.tier === 'visible' || row.tier === 'pinned') && isSlowed(row))
    .sort((a, b) => slownessOf(b.row) - slownessOf(a.row));
}

const slownessOf = ({ intervalMs }: PlanRow): number => intervalMs ?? Number.MAX_VALUE;
