/** A line of the table that `npm run bench` prints. */
export interface BenchRow {
  readonly id: string;
  /** The two things compared: `one / other`. */
  readonly what: string;
  readonly ratio: number;
  /** What the ratio should be: `≥ 4`, `≤ 1.8`. */
  readonly bar: string;
  /** The two measured medians, with their units. */
  readonly detail?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const milliseconds = (values: readonly number[]): string => {
  const value = median(values);
  return `${value < 10 ? value.toPrecision(3) : value.toFixed(0)} ms`;
};
