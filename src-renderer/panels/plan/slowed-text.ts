import { providerName } from '../../format/source.ts';
import type { SlowedRow } from '../../state/slowed.ts';
import { everyText, rowName } from './row-text.ts';

/** `BTC liquidation map of Kingfisher every 25 min`; of several, the slowest and how many are left out. */
export function slowedText({ provider, row }: SlowedRow, count: number): string {
  const others = count > 1 ? `, and ${count - 1} more` : '';
  return `${rowName(row)} of ${providerName(provider)} ${everyText(row.intervalMs)}${others}`;
}

/** For the place beside a number: why it comes later than wanted. */
export const whySlow = ({ provider, row }: SlowedRow): string =>
  `${providerName(provider)}’s budget affords this ${everyText(row.intervalMs)}; wanted: ${everyText(row.wantedMs)}.`;
