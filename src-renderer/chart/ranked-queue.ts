/** Hands out what was put in, best first; O(log n) each. `isBefore` must be a strict order. */
export class RankedQueue<Item> {
  readonly #items: Item[] = [];
  readonly #isBefore: (a: Item, b: Item) => boolean;

  constructor(isBefore: (a: Item, b: Item) => boolean) {
    this.#isBefore = isBefore;
  }

  put(item: Item): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0 && this.#swapIfBefore(at, (at - 1) >> 1)) at = (at - 1) >> 1;
  }

  take(): Item | undefined {
    const items = this.#items;
    const best = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return best;
    items[0] = last;
    let at = 0;
    for (;;) {
      const [left, right] = [items[2 * at + 1], items[2 * at + 2]];
      if (left === undefined) return best;
      const next = right !== undefined && this.#isBefore(right, left) ? 2 * at + 2 : 2 * at + 1;
      if (!this.#swapIfBefore(next, at)) return best;
      at = next;
    }
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const [a, b] = [this.#items[child], this.#items[parent]];
    if (a === undefined || b === undefined || !this.#isBefore(a, b)) return false;
    this.#items[child] = b;
    this.#items[parent] = a;
    return true;
  }
}
