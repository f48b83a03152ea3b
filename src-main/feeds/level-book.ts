import type { LiquidationMap } from '../contract/liquidation.ts';

/** More distinct prices than this in one merged map are a stream gone wrong, not a market. */
export const mostLevels = 200_000;

interface Level {
  readonly long: number;
  readonly short: number;
  readonly time: number;
}

/**
 * A liquidation map that pushes are merged into: a push names some levels and says nothing of the others. A level pushed
 * with both amounts zero is gone. Cost of a push is that of its own levels; columns are built only when asked for.
 */
export class LevelBook {
  #head: LiquidationMap | null = null;
  readonly #levels = new Map<number, Level>();

  get isEmpty(): boolean {
    return this.#head === null;
  }

  replace(map: LiquidationMap): void {
    this.#levels.clear();
    this.#head = map;
    this.#put(map);
  }

  /** False when the book would grow past `mostLevels`; it is left as it was then. */
  merge(push: LiquidationMap): boolean {
    if (this.#sizeWith(push) > mostLevels) return false;
    this.#head = this.#head ? mergedHead(this.#head, push) : push;
    this.#put(push);
    return true;
  }

  /** The whole map as it stands; null before the first map or push. */
  toMap(): LiquidationMap | null {
    if (!this.#head) return null;
    return withRows(this.#head, [...this.#levels]);
  }

  #sizeWith(push: LiquidationMap): number {
    let size = this.#levels.size;
    if (size + push.prices.length <= mostLevels) return size;
    for (const price of push.prices) if (!this.#levels.has(price)) size++;
    return size;
  }

  #put(map: LiquidationMap): void {
    for (let row = 0; row < map.prices.length; row++) {
      const price = map.prices[row]!;
      const long = map.longs[row]!;
      const short = map.shorts[row]!;
      if (long === 0 && short === 0) this.#levels.delete(price);
      else this.#levels.set(price, { long, short, time: timeOf(map, row) });
    }
  }
}

/**
 * The last state of each level that was pushed within a span, those that are gone included: what is to be said again to a
 * map that may be older. Bounded by the number of levels, like the book.
 */
export class PushLog {
  #head: LiquidationMap | null = null;
  readonly #rows = new Map<number, Level & { readonly pushedAt: number }>();

  add(push: LiquidationMap): void {
    this.#head = push;
    for (let row = 0; row < push.prices.length; row++) {
      const price = push.prices[row]!;
      if (this.#rows.size >= mostLevels && !this.#rows.has(price)) continue;
      const state = {
        long: push.longs[row]!,
        short: push.shorts[row]!,
        time: timeOf(push, row),
        pushedAt: push.takenAt,
      };
      this.#rows.set(price, state);
    }
  }

  /** One push with all that was pushed after `moment` (the provider's time); null when there was nothing. */
  newerThan(moment: number): LiquidationMap | null {
    const rows = [...this.#rows].filter(([, { pushedAt }]) => pushedAt > moment);
    if (!this.#head || rows.length === 0) return null;
    return withRows(this.#head, rows);
  }
}

/** A map of the given levels, as columns ascending by price. */
function withRows(head: LiquidationMap, levels: (readonly [price: number, level: Level])[]): LiquidationMap {
  const rows = levels.sort((a, b) => a[0] - b[0]);
  return {
    ...head,
    prices: Float64Array.from(rows, ([price]) => price),
    longs: Float64Array.from(rows, ([, level]) => level.long),
    shorts: Float64Array.from(rows, ([, level]) => level.short),
    levelTimes: Float64Array.from(rows, ([, level]) => level.time),
  };
}

/** A level without a time of its own is as old as the map or push that named it. */
function timeOf(map: LiquidationMap, row: number): number {
  const own = map.levelTimes[row]!;
  return Number.isNaN(own) ? map.takenAt : own;
}

/** A push says when it was made, not which map it belongs to; one that arrives late makes the map no older. */
function mergedHead(book: LiquidationMap, push: LiquidationMap): LiquidationMap {
  const { exchange, timeframe, variant } = book;
  const { takenAt, takenAtBasis } = push.takenAt >= book.takenAt ? push : book;
  return { ...push, exchange, timeframe, variant, takenAt, takenAtBasis };
}
