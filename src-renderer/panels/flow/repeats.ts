/** A row of a provider's list, and which of the rows with its name it is. */
export interface Row<Item> {
  readonly item: Item;
  /** From 1. */
  readonly part: number;
  /** How many rows have this name. */
  readonly parts: number;
}

/** The list with rows of one name side by side; nothing is left out or added up. Names keep the order they came in. */
export function groupRepeats<Item>(items: readonly Item[], nameOf: (item: Item) => string): Row<Item>[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group === undefined) groups.set(nameOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()].flatMap((group) =>
    group.map((item, at) => ({ item, part: at + 1, parts: group.length })),
  );
}
