import type { Asset, UnixMs } from '../../contract/market.ts';
import type { OpenInterest } from '../../contract/positioning.ts';
import type { Source } from '../../contract/source.ts';
import { changeOverDay, unknownChange, type PastValue } from './day-change.ts';

/** Rows of a venue's hourly history: 24 hours and one to spare. */
export const pastRows = 25;

export interface VenueInterest {
  readonly source: Source;
  readonly asset: Asset;
  readonly exchange: string;
  readonly usd: number;
  readonly time: UnixMs;
  readonly receivedAt: UnixMs;
  readonly extra: string | null;
  /** Null: it cannot be had, and the change over a day is not known. */
  readonly history: readonly PastValue[] | null;
}

/** Open interest of one venue, in US dollars, at the venue's own time; one venue is no total. */
export function venueInterest({ exchange, usd, time, history, ...head }: VenueInterest): OpenInterest {
  const change = history === null ? unknownChange : changeOverDay(usd, time, history);
  return {
    kind: 'open-interest',
    source: head.source,
    asset: head.asset,
    variant: '',
    takenAt: time,
    takenAtBasis: 'provider',
    receivedAt: head.receivedAt,
    confirmedAt: head.receivedAt,
    transport: 'rest',
    extra: head.extra,
    totalUsd: null,
    exchanges: [{ exchange, openInterestUsd: usd, ...change }],
  };
}
