import type { Snapshot } from '../../../src-main/contract/snapshot.ts';

/** What the words beside numbers mean; shown on hover and in Settings → About. */
export const labelMeanings = {
  simulated: 'From the built-in simulated market. Not real prices or positions.',
  sandbox: 'From the provider’s test host. Not real positions.',
  estimated: 'The provider’s estimate of where positions would be liquidated, not positions that were reported.',
  inferred: 'The provider does not document this field’s meaning or scale; this is how Halcyon reads it.',
  computed: 'Made by Halcyon from an exchange’s option chain; the GEX panel names every assumption.',
  'inferred side':
    'The provider sends no side. Levels below the price are read as longs, those above it as shorts; that is Halcyon’s reading.',
  sample: 'The venue tells only some of its liquidations, so that sums are too low.',
  received: 'The provider sends no time with this answer; the age counts from its arrival.',
  stale:
    'Older than three times the interval at which it is expected, or its source cannot be reached. The last known value, with its age.',
  incomplete: 'Its stream was away since then and has not been put right yet: levels may be missing.',
  missing: 'An em dash stands for a value that was not sent. It is never shown as zero.',
} as const;

export type Label = 'estimated' | 'inferred' | 'inferred side' | 'computed' | 'received' | 'sample';

/** The words that must stand beside a snapshot's numbers. */
export function labelsOf(snapshot: Snapshot): Label[] {
  const labels: Label[] = [];
  if (snapshot.kind === 'liquidation-map' || snapshot.kind === 'liquidation-profile') labels.push('estimated');
  if (snapshot.kind === 'liquidation-profile') labels.push('inferred side');
  if (snapshot.kind === 'gex' && snapshot.model !== null) labels.push('computed');
  if (isInferred(snapshot)) labels.push('inferred');
  if (snapshot.takenAtBasis === 'received') labels.push('received');
  return labels;
}

function isInferred(snapshot: Snapshot): boolean {
  if (snapshot.kind === 'gex') return snapshot.unitBasis === 'inferred';
  return 'basis' in snapshot && snapshot.basis === 'inferred';
}
