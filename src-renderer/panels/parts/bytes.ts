import { isShown, missing } from '../../format/missing.ts';
import type { Maybe } from '../../format/missing.ts';
import { exactNumber } from '../../format/price.ts';

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Three significant digits, in steps of 1,000: `0 B`, `948 B`, `48.1 MB`. */
export function formatBytes(bytes: Maybe): string {
  if (!isShown(bytes)) return missing;
  // Rounding first, so that 999,960 becomes 1 MB and not 1,000 KB.
  let size = Number(Math.max(0, bytes).toPrecision(3));
  let step = 0;
  while (size >= 1000 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  return `${exactNumber(Number(size.toPrecision(3)))} ${units[step] ?? 'B'}`;
}

/** Every byte, for the hover: `48,123,456 bytes`. */
export const exactBytes = (bytes: number): string =>
  `${exactNumber(Math.round(bytes))} ${Math.round(bytes) === 1 ? 'byte' : 'bytes'}`;
