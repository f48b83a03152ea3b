import { longestIntervalMs, shortestIntervalMs } from '../../../src-main/contract/plan.ts';
import type { PlanRow, PlanSettings } from '../../../src-main/contract/plan.ts';
import { snapshotKinds } from '../../../src-main/contract/snapshot.ts';
import type { SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import { everyText } from './row-text.ts';

const seconds = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];
const offered = seconds.map((each) => each * 1000);

export interface IntervalOption {
  /** Milliseconds; `usual`: no wish of one’s own. */
  readonly value: string;
  readonly text: string;
}

/** What may be wanted of a kind. The usual interval is named as far as it is known: while no other one is wanted. */
export function intervalOptions(rows: readonly PlanRow[], plan: PlanSettings, kind: SnapshotKind): IntervalOption[] {
  const own = plan.intervals[kind];
  const usual = own === undefined ? rows.find((row) => row.kind === kind)?.wantedMs : undefined;
  const all = [...new Set([...offered, ...(own === undefined ? [] : [own])])]
    .filter((ms) => ms >= shortestIntervalMs && ms <= longestIntervalMs)
    .sort((a, b) => a - b);
  return [
    { value: 'usual', text: usual === undefined ? 'As usual' : `As usual: ${everyText(usual)}` },
    ...all.map((ms) => ({ value: String(ms), text: `Every ${everyText(ms).slice('every '.length)}` })),
  ];
}

/** The kinds of the rows whose interval may be chosen, in the order of the contract. */
export const kindsOf = (rows: readonly PlanRow[]): readonly SnapshotKind[] =>
  snapshotKinds.filter((kind) => rows.some((row) => row.kind === kind));
