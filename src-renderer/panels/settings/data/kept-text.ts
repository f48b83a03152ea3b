import type {
  KeptRows,
  KeptThing,
  RetentionPreview,
  StoreJob,
  StoreJobName,
} from '../../../../src-main/contract/keeping.ts';
import type { Written } from '../../../../src-main/contract/diagnostics.ts';
import { formatBytes } from '../../parts/bytes.ts';
import { counted } from '../../parts/counted.ts';

export const thingNames: Readonly<Record<KeptThing, string>> = {
  snapshots: 'Maps, gamma and other snapshots',
  candles: 'Candles',
  volumes: 'Liquidated volumes',
  liquidations: 'Realised liquidations',
  rejected: 'Payloads that could not be read',
  requests: 'Log of requests',
};

export const jobNames: Readonly<Record<StoreJobName, string>> = {
  backup: 'Back-up',
  restore: 'Restore',
  check: 'Check',
  prune: 'Deleting',
};

/** `Back-up, 42 %: Pages are copied.`; what is over has no percentage. */
export const jobLine = ({ name, state, done, text }: StoreJob): string =>
  state === 'running'
    ? `${jobNames[name]}, ${Math.floor(Math.min(1, Math.max(0, done)) * 100)} %: ${text}`
    : state === 'done'
      ? `${jobNames[name]} done: ${text}`
      : `${jobNames[name]} failed: ${text}`;

const noFile = 'No file was chosen; nothing was changed.';

export const backedUpText = (written: Written | null): string =>
  written === null
    ? noFile
    : `Backed up to ${written.file}: ${formatBytes(written.bytes)}, ${counted(written.count, 'row')}.`;

export const restoredText = (written: Written | null): string =>
  written === null
    ? noFile
    : `${written.file} is whole (${formatBytes(written.bytes)}) and takes the place of the database; the window loads anew.`;

export const rowsOf = (gone: readonly KeptRows[]): number => gone.reduce((sum, { rows }) => sum + rows, 0);

/** `The database would shrink from 4.1 GB to about 1.3 GB.` */
export const sizeText = ({ bytesBefore, bytesAfter }: RetentionPreview): string =>
  `The database would shrink from ${formatBytes(bytesBefore)} to about ${formatBytes(bytesAfter)} (estimated).`;

export const pinsText = (keptByPins: number): string =>
  keptByPins === 0
    ? 'No older row is kept by a pinned range.'
    : `${counted(keptByPins, 'older row')} ${keptByPins === 1 ? 'stays' : 'stay'}, because a pinned range holds ${keptByPins === 1 ? 'it' : 'them'}.`;
