import type { FailureKind } from './failure.ts';
import type { UnixMs } from './market.ts';
import type { ProviderId, Source } from './source.ts';

/** One request as the log has it. */
export interface RequestLine {
  readonly id: number;
  readonly source: Source;
  readonly at: UnixMs;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly endpoint: string;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly tookMs: number;
  readonly failureKind: FailureKind | null;
  /** Length of the answer. */
  readonly bytes: number;
  /** What it was charged, by our own count: 0 when it never left. */
  readonly charged: number;
  readonly purpose: 'user' | 'background';
}

export interface RequestQuestion {
  /** Null: of all. */
  readonly provider: ProviderId | null;
  /** Only those with an id below; null: the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/** What the streams did since the program was started. */
export interface StreamCounts {
  readonly provider: ProviderId;
  readonly messages: number;
  /** States that a newer one replaced before they were shown; the newest is always shown. */
  readonly superseded: number;
  readonly connects: number;
  readonly lastMessageAt: UnixMs | null;
}

export interface Connections {
  readonly requests: readonly RequestLine[];
  readonly streams: readonly StreamCounts[];
  /** Payloads that could not be read, in the store. */
  readonly rejected: number;
  /** Events that a newer one replaced while the window was slow or hidden. */
  readonly replacedEvents: number;
}

/** A file that was written on the user's word; null: the user chose none. */
export interface Written {
  readonly file: string;
  readonly bytes: number;
  /** Rows in it. */
  readonly count: number;
}
