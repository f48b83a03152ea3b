import type { LiquidationMap } from '../contract/liquidation.ts';

/** More distinct prices than this in one merged map are a stream gone wrong, not a market. */
export const mostLevels = 200_000;

/**
 * A liquidation map that pushes are merged into: a push names some levels and says nothing of the others. A level pushed
 * with both amounts zero is gone. Cost of a push is that of its own levels; columns are built only when asked for.
 */
export class LevelBook {
  #head: LiquidationMap | null = null;
  readonly #levels = new Map<number, { long: number; short: number; time: number }>();

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
    if (this.#levels.size + push.prices.length > mostLevels) return false;
    this.#head = this.#head ? mergedHead(this.#head, push) : push;
    this.#put(push);
    return true;
  }

  /** The whole map as it stands; null before the first map or push. */
  toMap(): LiquidationMap | null {
    if (!this.#head) return null;
    const rows = [...this.#levels].sort((a, b) => a[0] - b[0]);
    return {
      ...this.#head,
      prices: Float64Array.from(rows, ([price]) => price),
      longs: Float64Array.from(rows, ([, level]) => level.long),
      shorts: Float64Array.from(rows, ([, level]) => level.short),
      levelTimes: Float64Array.from(rows, ([, level]) => level.time),
    };
  }

  #put(map: LiquidationMap): void {
    for (let row = 0; row < map.prices.length; row++) {
      const price = map.prices[row]!;
      const long = map.longs[row]!;
      const short = map.shorts[row]!;
      if (long === 0 && short === 0) this.#levels.delete(price);
      else this.#levels.set(price, { long, short, time: map.levelTimes[row]! });
    }
  }
}

/** A push says when it was made, not which map it belongs to; one that arrives late makes the map no older. */
function mergedHead(book: LiquidationMap, push: LiquidationMap): LiquidationMap {
  const { exchange, timeframe, variant } = book;
  const { takenAt, takenAtBasis } = push.takenAt >= book.takenAt ? push : book;
  return { ...push, exchange, timeframe, variant, takenAt, takenAtBasis };
}
