/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} what the two things compared: `one / other`
 * @property {number} ratio
 * @property {string} bar what the ratio should be: `≥ 4`, `≤ 1.8`
 * @property {string} [detail] the two measured medians
 */

/** @param {readonly Row[]} rows @returns {string} as aligned columns, in the order of their ids */
export function table(rows) {
  const sorted = [...rows].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  const lines = [
    ['id', 'what', 'ratio', 'bar', 'met?', 'measured (medians)'],
    ...sorted.map((row) => [row.id, row.what, formatRatio(row.ratio), row.bar, verdict(row), row.detail ?? '']),
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {number} ratio */
function formatRatio(ratio) {
  return Number.isFinite(ratio) ? ratio.toPrecision(3) : '—';
}

/** @param {Row} row */
function verdict({ ratio, bar }) {
  const [, sign, limit] = /^([≤≥=])\s*([\d.]+)/.exec(bar) ?? [];
  if (sign === undefined || !Number.isFinite(ratio)) return '?';
  const met = sign === '≤' ? ratio <= Number(limit) : sign === '≥' ? ratio >= Number(limit) : ratio === Number(limit);
  return met ? 'yes' : 'NO';
}
