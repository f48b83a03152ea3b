/** CSS pixels. */
const most = 10;
const least = 2;
/** US dollars: marks of less never have the full size, however quiet what is in view. */
const leastFull = 50_000;

/** The amount that gets a full-sized mark: the largest in view, rounded up so that it seldom changes. */
export function fullAmount(largest: number): number {
  const size = Math.max(leastFull, largest);
  const ten = 10 ** Math.floor(Math.log10(size));
  return ([1, 2, 5].find((each) => each * ten >= size) ?? 10) * ten;
}

/** Radius of a mark whose area is by the amount, US dollars both. */
export const radiusOf = (usd: number, full: number): number => Math.max(least, most * Math.sqrt(usd / full));
