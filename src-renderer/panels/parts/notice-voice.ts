import type { Notice } from '../../../src-main/contract/channels.ts';

/** Levels of the notices that were spoken, by id. */
export type Spoken = ReadonlyMap<string, number>;

const weight = { info: 0, warning: 1, error: 2 } as const;

/** What of the notices is to be spoken: those that are new, and those that became graver. A notice that is over is forgotten. */
export function spokenAnew(
  notices: readonly Notice[],
  spoken: Spoken,
): { readonly text: string; readonly spoken: Spoken } {
  const fresh = notices.filter(({ id, level }) => weight[level] > (spoken.get(id) ?? -1));
  return {
    text: fresh.map(({ text }) => text).join(' '),
    spoken: new Map(notices.map(({ id, level }) => [id, Math.max(weight[level], spoken.get(id) ?? -1)])),
  };
}

/** The notices in the order in which they were first seen, the newest first: one that is updated stays where it is. */
export function inPlace(notices: readonly Notice[], order: readonly string[]): readonly Notice[] {
  const known = notices.filter(({ id }) => order.includes(id));
  const anew = notices.filter(({ id }) => !order.includes(id));
  return [...anew, ...known.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))];
}
