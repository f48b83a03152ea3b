import type { Asset, UnixMs } from './market.ts';

/** How long what was fetched is kept. Nothing is deleted unless the user says so. */
export interface Retention {
  /** Days; null: for ever. */
  readonly maxAgeDays: number | null;
  /** Bytes of the database; null: as much as the disk has. The oldest go first. */
  readonly maxBytes: number | null;
  /** Ranges that are kept whatever their age. */
  readonly pinned: readonly PinnedRange[];
}

export interface PinnedRange {
  /** Null: of every asset. */
  readonly asset: Asset | null;
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly label: string;
}

export const mostPinnedRanges = 200;
export const keepEverything: Retention = { maxAgeDays: null, maxBytes: null, pinned: [] };

export const keptThings = ['snapshots', 'candles', 'volumes', 'liquidations', 'rejected', 'requests'] as const;
export type KeptThing = (typeof keptThings)[number];

export interface KeptRows {
  readonly thing: KeptThing;
  readonly rows: number;
  /** Estimated from the rows' own lengths. */
  readonly bytes: number;
  readonly oldest: UnixMs | null;
}

export interface StoreState {
  readonly file: string;
  readonly bytes: number;
  readonly kept: readonly KeptRows[];
  /** Of the disk the file lies on; null where the system does not say. */
  readonly freeBytes: number | null;
  /** The last whole check of every page; null: never since the file was made. */
  readonly checkedAt: UnixMs | null;
  readonly backedUpAt: UnixMs | null;
}

/** What a retention would delete now; nothing is deleted by asking. */
export interface RetentionPreview {
  readonly gone: readonly KeptRows[];
  /** All before this goes, pinned ranges excepted; null: nothing goes. */
  readonly before: UnixMs | null;
  readonly bytesBefore: number;
  /** Estimated. */
  readonly bytesAfter: number;
  /** Rows older than `before` that stay because a pinned range holds them. */
  readonly keptByPins: number;
}

export const storeJobs = ['backup', 'restore', 'check', 'prune'] as const;
export type StoreJobName = (typeof storeJobs)[number];

/** A long job on the database as it goes on; the same name replaces the former one. */
export interface StoreJob {
  readonly name: StoreJobName;
  readonly state: 'running' | 'done' | 'failed';
  /** 0 … 1. */
  readonly done: number;
  /** One sentence. */
  readonly text: string;
  readonly at: UnixMs;
}
