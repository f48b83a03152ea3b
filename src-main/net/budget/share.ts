import type { Tier } from '../../contract/plan.ts';
import type { Demand } from './plan.ts';

interface Room {
  /** Units. */
  readonly capacity: number;
  readonly horizonMs: number;
  /** Whole requests until the horizon; otherwise rates. */
  readonly isWhole: boolean;
  /** When the window began; nothing before it counts as asked. */
  readonly start: number;
}

/** A demand as one rule sees it. */
interface Part {
  readonly index: number;
  readonly weight: number;
  readonly wantedMs: number;
  readonly tier: Tier;
  /** Requests until the horizon at the wanted pace; a fraction where rates are shared. */
  readonly needed: number;
  /** Not asked in this window yet, as far as is known. */
  readonly isOwed: boolean;
  readonly askedAt: number;
}

const firstServed = ['pinned', 'visible', 'background', 'archive'] as const satisfies readonly Tier[];
/** Floating point: 31.999999999 requests are 32. */
const roundOff = 1e-6;

/** The interval that one rule affords each demand, milliseconds; see `plan`. */
export function share(demands: readonly Demand[], rule: string, room: Room): readonly (number | null)[] {
  const intervals: (number | null)[] = demands.map(({ wantedMs }) => wantedMs);
  const parts = demands.flatMap((demand, index) => partOf(demand, index, demand.weights[rule] ?? 0, room));
  let left = room.capacity;
  for (const tier of firstServed) {
    const own = parts.filter((part) => part.tier === tier);
    const kept = tier === 'pinned' ? keptForVisible(parts, left) : 0;
    left -= serve(own, { ...room, capacity: left - kept }, intervals);
  }
  return intervals;
}

function partOf({ wantedMs, tier, askedAt }: Demand, index: number, weight: number, room: Room): Part[] {
  if (weight <= 0) return [];
  const times = room.horizonMs / wantedMs;
  const isOwed = askedAt === undefined || askedAt === null || askedAt < room.start;
  // One that is known to wait is due before the horizon, however long its interval.
  const least = isOwed && askedAt !== undefined ? 1 : 0;
  const needed = room.isWhole ? Math.max(least, Math.floor(times)) : times;
  return [{ index, weight, wantedMs, tier, needed, isOwed, askedAt: askedAt ?? -Infinity }];
}

const once = (part: Part): number => part.weight * Math.min(1, part.needed);

function keptForVisible(parts: readonly Part[], capacity: number): number {
  const needs = (tier: Tier): number =>
    parts.reduce((sum, part) => (part.tier === tier && part.isOwed ? sum + once(part) : sum), 0);
  return Math.min(needs('visible'), Math.max(0, capacity - needs('pinned')));
}

/** Writes the intervals of one tier; gives the units it takes. */
function serve(parts: readonly Part[], room: Room, intervals: (number | null)[]): number {
  const needed = parts.reduce((sum, part) => sum + part.weight * part.needed, 0);
  if (needed <= room.capacity) {
    // Nothing is due before the horizon, or all can be had: but with nothing left, a first request cannot be made either.
    if (room.capacity > 0) return needed;
    for (const { index } of parts) intervals[index] = null;
    return 0;
  }
  return room.isWhole ? serveWhole(parts, room, intervals) : serveRates(parts, room, needed, intervals);
}

function serveRates(parts: readonly Part[], room: Room, needed: number, intervals: (number | null)[]): number {
  for (const { index, wantedMs } of parts) {
    intervals[index] = room.capacity > 0 ? Math.ceil((wantedMs * needed) / room.capacity - roundOff) : null;
  }
  return room.capacity;
}

function serveWhole(parts: readonly Part[], room: Room, intervals: (number | null)[]): number {
  const least = parts.reduce((sum, part) => sum + once(part), 0);
  const times = least > room.capacity ? onceEach(parts, room.capacity) : stretched(parts, room, intervals);
  let taken = 0;
  parts.forEach(({ index, weight, wantedMs, needed }, place) => {
    const { count, isExact } = times[place] ?? { count: 0, isExact: false };
    taken += count * weight;
    if (isExact) return;
    if (count === 0 && needed > 0) intervals[index] = null;
    else if (count < needed) intervals[index] = Math.max(wantedMs, Math.ceil(room.horizonMs / count - roundOff));
    else intervals[index] = wantedMs;
  });
  return taken;
}

interface Times {
  count: number;
  /** The interval by the common factor stands already. */
  isExact: boolean;
}

/** Not enough for one request each: one to each while it lasts, first to those that have waited longest. */
function onceEach(parts: readonly Part[], capacity: number): readonly Times[] {
  let left = capacity;
  const times = parts.map((): Times => ({ count: 0, isExact: false }));
  for (const place of waitingOrder(parts)) {
    const [part, own] = [parts[place], times[place]];
    if (!part || !own || part.needed === 0 || part.weight > left) continue;
    left -= part.weight;
    own.count = 1;
  }
  return times;
}

const waitingOrder = (parts: readonly Part[]): readonly number[] =>
  parts
    .map(({ askedAt }, place) => ({ askedAt, place }))
    .sort((a, b) => (a.askedAt === b.askedAt ? a.place - b.place : a.askedAt < b.askedAt ? -1 : 1))
    .map(({ place }) => place);

function stretched(parts: readonly Part[], room: Room, intervals: (number | null)[]): readonly Times[] {
  const factor = commonFactor(parts, room);
  let left = room.capacity;
  const cut: { readonly place: number; readonly lost: number }[] = [];
  const times = parts.map(({ index, weight, wantedMs, needed }, place): Times => {
    const interval = Math.ceil(wantedMs * factor - roundOff);
    const exact = room.horizonMs / interval;
    const isExact = exact >= 1 || needed === 0;
    const count = isExact ? Math.floor(exact) : 1;
    if (isExact) intervals[index] = interval;
    left -= count * weight;
    cut.push({ place, lost: isExact ? exact - count : 0 });
    return { count, isExact };
  });
  cut.sort((a, b) => b.lost - a.lost || a.place - b.place);
  for (const { place } of cut) {
    const [part, own] = [parts[place], times[place]];
    if (!part || !own || part.weight > left || own.count >= part.needed) continue;
    left -= part.weight;
    own.count++;
    own.isExact = false;
  }
  return times;
}

/** By which all are stretched, where those that would come below one request have one before the others share the rest. */
function commonFactor(parts: readonly Part[], { capacity, horizonMs }: Room): number {
  let sharing = parts.filter((part) => part.needed > 0);
  let left = capacity;
  for (;;) {
    const rate = sharing.reduce((sum, { weight, wantedMs }) => sum + (weight * horizonMs) / wantedMs, 0);
    const factor = rate / left;
    const below = sharing.filter(({ wantedMs }) => wantedMs * factor > horizonMs);
    if (below.length === 0 || below.length === sharing.length) return Math.max(1, factor);
    left -= below.reduce((sum, { weight }) => sum + weight, 0);
    sharing = sharing.filter((part) => !below.includes(part));
  }
}
