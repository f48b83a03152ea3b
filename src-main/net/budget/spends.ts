import { unixMs, type UnixMs } from '../../contract/market.ts';
import type { Spend, Weights } from './ledger.ts';

interface Entry {
  readonly id: number;
  at: number;
  readonly weights: Weights;
  /** In flight, or lost: it counts as made now. */
  isOpen: boolean;
  /** Nothing is in flight any more, so that the next answer closes it. */
  isLost: boolean;
  readonly takenAt: number;
  /** `at` is by the provider's own time. */
  isDated: boolean;
  /** Steps of the book; `Infinity` while open. */
  closedAt: number;
  /** The count that the provider told last includes it for certain. */
  isCounted: boolean;
}

/** A `Date` is cut to whole seconds: the answer was sent before the next. */
const dateResolutionMs = 999;
/** No request lasts longer. */
const longestRequestMs = 5 * 60_000;
/** An answer's `Date` may be older than a lost request's arrival by so much. */
const lostOnTheWayMs = 60_000;
/** Beyond the longest window, before a spend is forgotten. */
const forgetAfterMs = 60 * 60_000;

/** What was spent, in which order it was taken and answered. */
export class Spends {
  readonly #longestWindowMs: number;
  #entries: Entry[] = [];
  #step = 0;

  /** `countedUpTo`: spends up to this id are in the count that the provider told last. */
  constructor(spent: readonly Spend[], now: UnixMs, longestWindowMs: number, countedUpTo: number) {
    this.#longestWindowMs = longestWindowMs;
    for (const { id, at, weights, isOpen = false } of spent) {
      const step = ++this.#step;
      this.#entries.push({
        id,
        // Of an open one it is not known how late the clock was: at the latest it was counted before this start.
        at: isOpen ? Math.max(at, now) : at,
        weights,
        isOpen,
        isLost: isOpen,
        isDated: false,
        takenAt: step,
        closedAt: isOpen ? Infinity : step,
        isCounted: id <= countedUpTo,
      });
    }
  }

  get lastId(): number {
    return this.#entries.reduce((last, entry) => Math.max(last, entry.id), -1);
  }

  take({ id, at, weights }: Spend): void {
    const takenAt = ++this.#step;
    this.#entries.push({
      id,
      at,
      weights,
      isOpen: true,
      isLost: false,
      isDated: false,
      takenAt,
      closedAt: Infinity,
      isCounted: false,
    });
  }

  giveBack(id: number): void {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  lost(id: number): void {
    const entry = this.#find(id);
    if (entry) entry.isLost = true;
  }

  /** The spends that changed: to be written over the kept ones. */
  answered(id: number, serverTime: UnixMs | null, now: UnixMs): readonly Spend[] {
    const by = serverTime === null ? now : serverTime + dateResolutionMs;
    const closed: Spend[] = [];
    this.#step++;
    for (const entry of this.#entries) {
      // A time beyond the provider's own was taken by a clock that was ahead, and would count for as long as that.
      const isAhead = !entry.isOpen && !entry.isDated && serverTime !== null && entry.at > by;
      const isOwn = entry.id === id;
      const isClosing = entry.isOpen && (isOwn || entry.isLost);
      // The clock may just have been put forward by hours: those under way are not older for it.
      if (entry.isOpen && !isClosing) entry.at = Math.max(entry.at, by, now);
      if (!isClosing && !isAhead) continue;
      entry.at = serverTime === null ? Math.max(entry.at, by) : isOwn || isAhead ? by : by + lostOnTheWayMs;
      entry.isDated = serverTime !== null;
      if (isClosing) [entry.isOpen, entry.closedAt] = [false, this.#step];
      closed.push({ id: entry.id, at: unixMs(entry.at), weights: entry.weights, isOpen: entry.isOpen });
    }
    if (serverTime !== null) this.#forget(serverTime);
    return closed;
  }

  /**
   * An answer told a count: it holds its own request and all that were closed before that was sent. Null: it is not known
   * whose answer it was. Gives the step at which the request was sent, at the earliest.
   */
  counted(id: number | null): number {
    const open = this.#entries.filter((entry) => entry.isOpen);
    const own = id === null ? (open.length === 1 ? open[0] : undefined) : this.#find(id);
    const sentAt = own?.takenAt ?? open[0]?.takenAt ?? this.#step + 1;
    for (const entry of this.#entries) if (entry === own || entry.closedAt < sentAt) entry.isCounted = true;
    return sentAt;
  }

  /** A step after all that went before. */
  mark(): number {
    return ++this.#step;
  }

  /** Units that the count told last may not hold. */
  uncounted(rule: string): number {
    let sum = 0;
    for (const entry of this.#entries) if (!entry.isCounted) sum += entry.weights[rule] ?? 0;
    return sum;
  }

  /** Units spent since `start`. An open spend, and one of the future (the clock was put back), counts as made now. */
  usedSince(rule: string, start: number, now: number, windowMs: number): number {
    let sum = 0;
    for (const entry of this.#entries) {
      if (entry.isOpen ? !isOver(entry, now, windowMs) : entry.at >= start) sum += entry.weights[rule] ?? 0;
    }
    return sum;
  }

  /** When the units were spent that a rolling window holds now, oldest first. */
  inWindow(rule: string, now: number, windowMs: number): readonly { readonly at: number; readonly units: number }[] {
    const held: { at: number; units: number }[] = [];
    for (const entry of this.#entries) {
      const units = entry.weights[rule] ?? 0;
      if (units === 0 || (entry.isOpen ? isOver(entry, now, windowMs) : entry.at <= now - windowMs)) continue;
      held.push({ at: entry.isOpen ? now : Math.min(entry.at, now), units });
    }
    return held.sort((a, b) => a.at - b.at);
  }

  /** When the first of a window was taken; null: none was. */
  firstSince(rule: string, start: number): number | null {
    let first: number | null = null;
    for (const { at, weights } of this.#entries) {
      if (at >= start && (weights[rule] ?? 0) > 0) first = Math.min(first ?? at, at);
    }
    return first;
  }

  /** Only by the provider's own time: by a wall that is ahead, today's spends would be forgotten. */
  #forget(serverTime: UnixMs): void {
    const since = serverTime - this.#longestWindowMs - forgetAfterMs;
    if (this.#entries.some((entry) => !entry.isOpen && entry.at < since)) {
      this.#entries = this.#entries.filter((entry) => entry.isOpen || entry.at >= since);
    }
  }

  #find(id: number): Entry | undefined {
    return this.#entries.findLast((entry) => entry.id === id);
  }
}

/** So much later no window can hold it, wherever in between the provider counted it. */
const isOver = (entry: Entry, now: number, windowMs: number): boolean => now - entry.at > windowMs + longestRequestMs;

/** Which spends a count holds that was told without naming them. */
export function lastBefore(spent: readonly Spend[], seenAt: UnixMs | null): number {
  if (seenAt === null) return -1;
  return spent.reduce((last, { id, at }) => (at < seenAt ? Math.max(last, id) : last), -1);
}
