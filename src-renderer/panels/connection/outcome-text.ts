import type { Written } from '../../../src-main/contract/diagnostics.ts';
import { formatBytes } from '../parts/bytes.ts';
import { counted } from '../parts/counted.ts';

/** What was put on the clipboard. */
export function copiedText(copied: string): string {
  const lines = copied === '' ? 0 : copied.replace(/\n$/, '').split('\n').length;
  return `Copied ${counted(lines, 'line')}: versions, states, limits, the newest requests and log lines. No keys are in it.`;
}

/** What was written; null: the user chose no file. */
export const exportedText = (written: Written | null): string =>
  written === null
    ? 'No file was chosen; nothing was written.'
    : `${counted(written.count, 'payload')}, ${formatBytes(written.bytes)}, written to ${written.file}.`;
