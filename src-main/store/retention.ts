import type Database from 'better-sqlite3';
import { keptThings, type KeptRows, type Retention, type RetentionPreview } from '../contract/keeping.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { KeptPart, Tally } from './kept-tables.ts';
import { heldParts, type HeldPart } from './held-parts.ts';
import { hourBefore, hourMs, stretchesOf, type Stretch } from './stretches.ts';

/** What is kept, and what a retention would delete. Only reads; a large database takes seconds. */
export interface RetentionPlans {
  kept(): KeptRows[];
  preview(retention: Retention): RetentionPreview;
}

const dayMs = 86_400_000;
const since = Number.NEGATIVE_INFINITY;
const nothing: Tally = { rows: 0, bytes: 0, oldest: null };

export function createRetention(db: Database.Database, parts: () => KeptPart[], now: () => UnixMs): RetentionPlans {
  const previewed = db.transaction((retention: Retention): RetentionPreview => {
    const held = heldParts(parts(), retention.pinned);
    const usedBytes = bytesInUse(db);
    const before = Math.max(
      retention.maxAgeDays === null ? since : hourBefore(now() - retention.maxAgeDays * dayMs),
      retention.maxBytes === null ? since : boundFor(usedBytes - retention.maxBytes, held, now()),
    );
    const whole = { from: since, to: before };
    const gone = rowsByThing(held.map((each) => [each.part, tallyOf(each, whole)]));
    const deleted = sumOf(gone);
    const older = sumOf(held.map(({ part }) => tallyOf({ part, pins: [] }, whole)));
    return {
      gone: gone.filter(({ rows }) => rows > 0),
      before: deleted.rows === 0 ? null : unixMs(before),
      bytesBefore: usedBytes,
      bytesAfter: Math.max(usedBytes - deleted.bytes, 0),
      keptByPins: older.rows - deleted.rows,
    };
  });
  const counted = db.transaction(() => rowsByThing(parts().map((part) => [part, part.total()])));

  return { kept: () => counted(), preview: (retention) => previewed(retention) };
}

/** Of the file, without pages that are free to be used again. */
export function bytesInUse(db: Database.Database): number {
  const pragma = (name: string): number => db.pragma(name, { simple: true }) as number;
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
}

const tallyOf = ({ part, pins }: HeldPart, whole: Stretch): Tally =>
  sumOf(stretchesOf(whole, part.spanMs, pins).map((stretch) => part.tally(stretch)));

/** The first hour before which at least `excess` bytes can go; when there is not enough, the hour that is not over. */
function boundFor(excess: number, held: readonly HeldPart[], now: number): number {
  if (excess <= 0) return since;
  const tally = (from: number, to: number): Tally => sumOf(held.map((each) => tallyOf(each, { from, to })));
  let high = hourBefore(now);
  const { bytes, oldest } = tally(since, high);
  if (oldest === null || bytes < excess) return high;
  let low = hourBefore(oldest);
  let freed = 0;
  while (high - low > hourMs) {
    const middle = low + Math.floor((high - low) / hourMs / 2) * hourMs;
    const more = tally(low, middle).bytes;
    if (freed + more >= excess) high = middle;
    else [low, freed] = [middle, freed + more];
  }
  return high;
}

function rowsByThing(tallies: readonly (readonly [KeptPart, Tally])[]): KeptRows[] {
  return keptThings.map((thing) => {
    const { rows, bytes, oldest } = sumOf(tallies.filter(([part]) => part.thing === thing).map(([, tally]) => tally));
    return { thing, rows, bytes, oldest: oldest === null ? null : unixMs(oldest) };
  });
}

function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { rows, bytes, oldest }) => ({
      rows: sum.rows + rows,
      bytes: sum.bytes + bytes,
      oldest: oldest === null ? sum.oldest : Math.min(oldest, sum.oldest ?? oldest),
    }),
    nothing,
  );
}
