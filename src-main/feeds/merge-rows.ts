import type { Snapshot } from '../contract/snapshot.ts';

/** Rows by exchange: a pushed row replaces the one of its exchange, the others stay as they were. */
function byExchange<Row extends { readonly exchange: string }>(before: readonly Row[], pushed: readonly Row[]): Row[] {
  const rows = new Map(before.map((row) => [row.exchange, row]));
  for (const row of pushed) rows.set(row.exchange, row);
  return [...rows.values()];
}

/**
 * A push that names some exchanges, on top of the last whole snapshot. A total that the push does not carry is unknown
 * from then on: the old one no longer holds, and a sum over the rows would be ours, not the provider's.
 */
export function mergeRows(before: Snapshot, pushed: Snapshot): Snapshot {
  if (before.kind === 'open-interest' && pushed.kind === 'open-interest') {
    return { ...pushed, exchanges: byExchange(before.exchanges, pushed.exchanges) };
  }
  if (before.kind === 'funding-rates' && pushed.kind === 'funding-rates') {
    return { ...pushed, exchanges: byExchange(before.exchanges, pushed.exchanges) };
  }
  return pushed;
}
