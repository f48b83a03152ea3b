import type { LevelRow } from '../../chart/levels.ts';
import { exactAmount } from '../../format/amount.ts';
import { exactNumber, formatPercent } from '../../format/price.ts';
import { sourceLabel } from '../../format/source.ts';
import { formatTime } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';
import type { Label } from '../parts/labels.ts';

export const kindText = (row: LevelRow): string =>
  row.kind === 'gex-strike' ? 'GEX' : row.kind === 'gex-flip' ? 'flip' : row.side;

export const kindName = (row: LevelRow): string =>
  row.kind === 'gex-strike'
    ? 'GEX strike'
    : row.kind === 'gex-flip'
      ? 'GEX flip level'
      : row.side === 'both'
        ? 'Long and short cluster'
        : row.side === 'long'
          ? 'Long cluster'
          : 'Short cluster';

/** The words that must stand beside a row's values. */
export function labelsOfRow(row: LevelRow): Label[] {
  const labels: Label[] = [];
  if (row.kind === 'cluster') labels.push('estimated');
  if (row.kind === 'gex-strike' && row.unitBasis === 'inferred') labels.push('inferred');
  if (row.takenAtBasis === 'received') labels.push('received');
  return labels;
}

/** Name and value of everything a row holds, every digit of it. */
export function exactFacts(row: LevelRow, asset: string, zone: TimeZoneChoice): readonly (readonly [string, string])[] {
  const facts: [string, string][] = [['Price', exactNumber(row.price)]];
  if (row.kind === 'cluster') {
    facts.push(['Long', exactAmount(row.long, row.unit, asset)], ['Short', exactAmount(row.short, row.unit, asset)]);
  } else if (row.kind === 'gex-strike') {
    facts.push(['Gamma exposure', `${exactAmount(row.gamma, 'usd')} per 1 %`]);
  }
  facts.push(
    ['Distance', formatPercent(row.distance, { digits: 4 })],
    ['Source', sourceLabel(row.source)],
    [row.takenAtBasis === 'received' ? 'Received' : 'Taken', formatTime(row.takenAt, zone, 'full')],
  );
  return facts;
}

/** The row for the clipboard: plain numbers that a spreadsheet reads, tab-separated under their names. */
export function copyOf(row: LevelRow, asset: string): string {
  const cells: readonly (readonly [string, string])[] = [
    ['asset', asset],
    ['level', kindName(row)],
    ['price', String(row.price)],
    ['long', plain(row.long)],
    ['short', plain(row.short)],
    ['gamma', plain(row.gamma)],
    ['unit', row.kind === 'gex-strike' ? 'usd per 1 %' : row.kind === 'gex-flip' ? '' : row.unit],
    ['distance', plain(row.distance)],
    ['source', sourceLabel(row.source)],
    ['taken', new Date(row.takenAt).toISOString()],
    ['labels', labelsOfRow(row).join(' ')],
  ];
  return `${cells.map(([name]) => name).join('\t')}\n${cells.map(([, value]) => value).join('\t')}`;
}

const plain = (value: number | null): string => (value === null || Number.isNaN(value) ? '' : String(value));
