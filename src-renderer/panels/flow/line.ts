/** A line over time, with the scale that it is drawn on. Values in the unit of the column. */
export interface Line {
  /** For an SVG of 100 × 30; `x` by time, `y` from the greatest value down. */
  readonly points: string;
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
  /** Where 0 lies in the 30; null when it is off the scale. */
  readonly zero: number | null;
}

/** Null where fewer than two values have a time. Columns of equal length, ascending by time; NaN where there is none. */
export function lineOf(times: Float64Array, values: Float64Array): Line | null {
  const known = Array.from(values, (value, at) => ({ value, time: times[at] ?? NaN })).filter(
    ({ value, time }) => Number.isFinite(value) && Number.isFinite(time),
  );
  const first = known[0];
  const last = known[known.length - 1];
  if (first === undefined || last === undefined || known.length < 2) return null;
  const low = known.reduce((least, { value }) => Math.min(least, value), Infinity);
  const high = known.reduce((most, { value }) => Math.max(most, value), -Infinity);
  const length = last.time - first.time || 1;
  const y = (value: number): number => 29 - ((value - low) / (high - low || 1)) * 28;
  const points = known.map(
    ({ value, time }) => `${(((time - first.time) / length) * 100).toFixed(2)},${y(value).toFixed(2)}`,
  );
  const zero = low < 0 && high > 0 ? y(0) : null;
  return { points: points.join(' '), low, high, from: first.time, to: last.time, zero };
}
