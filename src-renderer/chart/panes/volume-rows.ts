import { firstFrom } from './volume-columns.ts';
import type { VolumeColumns } from './volume-columns.ts';

/** What an interval or a liquidation adds to the row that it falls into. */
export interface VolumePart {
  readonly long: number;
  readonly short: number;
  readonly longTrades: number;
  readonly shortTrades: number;
  /** Bits of `volumeFlag`. */
  readonly flags: number;
}

const numbers = ['starts', 'longs', 'shorts', 'longTrades', 'shortTrades'] as const;
type Numbers = Record<(typeof numbers)[number], Float64Array>;

const newNumbers = (make: (column: (typeof numbers)[number]) => Float64Array): Numbers => ({
  starts: make('starts'),
  longs: make('longs'),
  shorts: make('shorts'),
  longTrades: make('longTrades'),
  shortTrades: make('shortTrades'),
});

/** Columns of volumes that grow at their end. */
export class VolumeRows {
  readonly #spanMs: number;
  readonly #most: number;
  #held = newNumbers(() => new Float64Array(16));
  #flags = new Uint8Array(16);
  #count = 0;
  #columns: VolumeColumns | null = null;

  /** `most`: of more rows than these, the oldest go. */
  constructor(spanMs: number, most = Infinity) {
    this.#spanMs = spanMs;
    this.#most = most;
  }

  /** The same object until something is added or dropped; what it holds never changes. */
  get columns(): VolumeColumns {
    if (this.#columns !== null) return this.#columns;
    const from = Math.max(0, this.#count - this.#most);
    const cut = newNumbers((column) => this.#held[column].slice(from, this.#count));
    return (this.#columns = { spanMs: this.#spanMs, ...cut, flags: this.#flags.slice(from, this.#count) });
  }

  /** Adds to the newest row if it starts then, else to a new one. Never earlier than the newest. */
  add(start: number, part: VolumePart): void {
    this.#columns = null;
    if (this.#count === 0 || this.#held.starts[this.#count - 1] !== start) this.#begin(start);
    const row = this.#count - 1;
    const { longs, shorts, longTrades, shortTrades } = this.#held;
    longs[row] = (longs[row] ?? 0) + part.long;
    shorts[row] = (shorts[row] ?? 0) + part.short;
    longTrades[row] = (longTrades[row] ?? 0) + part.longTrades;
    shortTrades[row] = (shortTrades[row] ?? 0) + part.shortTrades;
    this.#flags[row] = (this.#flags[row] ?? 0) | part.flags;
  }

  /** Drops the rows that start at a time or later. */
  dropFrom(time: number): void {
    const count = firstFrom(this.#held.starts.subarray(0, this.#count), time);
    if (count === this.#count) return;
    this.#count = count;
    this.#columns = null;
  }

  #begin(start: number): void {
    if (this.#count === this.#flags.length) this.#makeRoom();
    for (const column of numbers) this.#held[column][this.#count] = 0;
    this.#held.starts[this.#count] = start;
    this.#flags[this.#count] = 0;
    this.#count += 1;
  }

  /** Twice the room; or none, once half of it holds rows that are too old. */
  #makeRoom(): void {
    const from = Math.max(0, this.#count - this.#most);
    const isOld = from >= this.#count / 2;
    const size = isOld ? this.#flags.length : 2 * this.#flags.length;
    const { numbers: held, flags } = { numbers: this.#held, flags: this.#flags };
    this.#held = newNumbers((column) => moved(new Float64Array(size), held[column].subarray(isOld ? from : 0)));
    this.#flags = moved(new Uint8Array(size), flags.subarray(isOld ? from : 0));
    if (isOld) this.#count -= from;
  }
}

function moved<Column extends Float64Array | Uint8Array>(to: Column, from: Column): Column {
  to.set(from);
  return to;
}
