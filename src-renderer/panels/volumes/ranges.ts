import { unixMs } from '../../../src-main/contract/market.ts';
import type { UnixMs } from '../../../src-main/contract/market.ts';

const dayMs = 86_400_000;
/** Kaiko's history of token-level liquidations begins here. */
export const historyStart = unixMs(Date.UTC(2025, 0, 8));

export const presets: readonly { readonly text: string; readonly title?: string; from(now: UnixMs): UnixMs }[] = [
  { text: '24 h', from: (now) => unixMs(now - dayMs) },
  { text: '7 d', from: (now) => unixMs(now - 7 * dayMs) },
  { text: '30 d', from: (now) => unixMs(now - 30 * dayMs) },
  { text: 'All', title: 'Since 2025-01-08, where the history begins', from: () => historyStart },
];

/** What is wrong with a range, in a sentence; null when it can be asked for. */
export function rangeProblem(from: UnixMs | null, to: UnixMs | null, now: UnixMs): string | null {
  if (from === null || to === null) return 'Both ends must be moments.';
  if (from >= to) return 'The range must begin before it ends.';
  return from >= now ? 'The range has not begun yet.' : null;
}
