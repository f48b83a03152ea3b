/** 2026-04-13 11:34 UTC, the first column. */
export const start = Date.UTC(2026, 3, 13, 11, 34);
export const columns = 1_440;
export const levels = 1_500;

/** Eight digits behind the point, about as many as the provider sends. */
export const amountAt = (column: number, level: number): number =>
  (1e9 + ((column * 7_919 + level * 104_729) % 99_999_989)) / 1e8;

/** A day of heatmap columns of 1,500 levels, one a minute, as flat_points: 38 MB. */
export function answerText(): string {
  const numbers: number[] = [];
  for (let column = 0; column < columns; column++) {
    numbers.push(levels, (start + column * 60_000) * 1000);
    for (let level = 0; level < levels; level++) numbers.push(60_000 + level * 10, amountAt(column, level));
  }
  const id = { type: 'HYPERLIQUID_LIQUIDATION_AGG', interval: 'MINUTE', coin: 'BTC' };
  return JSON.stringify({ series: [{ id, flat_points: numbers }] });
}
