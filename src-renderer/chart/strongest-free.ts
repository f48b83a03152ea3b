/** Of values at places 0…n−1, some taken away over time: which is the largest within a range; O(log n) each. */
export class StrongestFree {
  readonly #values: Float64Array;
  /** A tree of places, each node the better of its two children; −1 where all are taken. Leaves from `#leaves` on. */
  readonly #tree: Int32Array;
  readonly #leaves: number;

  constructor(values: Float64Array) {
    this.#values = values;
    let leaves = 1;
    while (leaves < values.length) leaves *= 2;
    this.#leaves = leaves;
    this.#tree = new Int32Array(2 * leaves).fill(-1);
    for (let i = 0; i < values.length; i++) this.#tree[leaves + i] = i;
    for (let node = leaves - 1; node > 0; node--) this.#join(node);
  }

  take(place: number): void {
    let node = this.#leaves + place;
    this.#tree[node] = -1;
    while ((node >>= 1) > 0) this.#join(node);
  }

  /** The place of the largest free value in `from` ≤ place < `to`, the first of equal ones; −1 when none is free. */
  within(from: number, to: number): number {
    let best = -1;
    for (let a = from + this.#leaves, b = to + this.#leaves; a < b; a >>= 1, b >>= 1) {
      if (a & 1) best = this.#better(best, this.#tree[a++] ?? -1);
      if (b & 1) best = this.#better(best, this.#tree[--b] ?? -1);
    }
    return best;
  }

  #join(node: number): void {
    this.#tree[node] = this.#better(this.#tree[2 * node] ?? -1, this.#tree[2 * node + 1] ?? -1);
  }

  #better(a: number, b: number): number {
    if (a < 0 || b < 0) return Math.max(a, b);
    const [one, two] = [this.#values[a] ?? -Infinity, this.#values[b] ?? -Infinity];
    return one > two || (one === two && a < b) ? a : b;
  }
}
