import { exactAmount, formatAmount } from '../../format/amount.ts';
import { exactNumber, formatPercent } from '../../format/price.ts';
import { sourceLabel } from '../../format/source.ts';
import { formatTime } from '../../format/time.ts';
import type { TimeZoneChoice } from '../../format/time.ts';
import type { LevelRow } from '../../chart/levels.ts';
import type { Label } from '../parts/labels.ts';
import type { TableRow } from './rows.ts';

const shortKinds = { 'gex-strike': 'GEX', 'gex-flip': 'flip', 'gex-call-wall': 'call', 'gex-put-wall': 'put' } as const;
const longKinds = {
  'gex-strike': 'GEX strike',
  'gex-flip': 'GEX flip level',
  'gex-call-wall': 'GEX call wall',
  'gex-put-wall': 'GEX put wall',
} as const;
const clusters = {
  both: 'Long and short cluster',
  long: 'Long cluster',
  short: 'Short cluster',
  unknown: 'Cluster, side not known',
} as const;

/** A side that we read off the price carries a star. */
export function kindText(row: TableRow): string {
  if (row.kind !== 'cluster' && row.kind !== 'confluence') return shortKinds[row.kind];
  if (row.side === 'unknown') return '?';
  return row.sideBasis === 'inferred' ? `${row.side}*` : row.side;
}

export const kindName = (row: TableRow): string =>
  row.kind === 'confluence'
    ? `Two maps agree on ${row.side}s`
    : row.kind === 'cluster'
      ? clusters[row.side]
      : longKinds[row.kind];

/** The words that must stand beside a row's values. */
export function labelsOfRow(row: TableRow): Label[] {
  const labels: Label[] = [];
  const isCluster = row.kind === 'cluster' || row.kind === 'confluence';
  if (isCluster) labels.push('estimated');
  if (isCluster && row.sideBasis === 'inferred') labels.push('inferred side');
  if (!isCluster && row.unitBasis === 'computed') labels.push('computed');
  if (row.kind === 'gex-strike' && row.unitBasis === 'inferred') labels.push('inferred');
  if (row.takenAtBasis === 'received') labels.push('received');
  return labels;
}

/** Name and value of everything a row holds, every digit of it. */
export function exactFacts(row: TableRow, asset: string, zone: TimeZoneChoice): readonly (readonly [string, string])[] {
  const taken = [
    row.takenAtBasis === 'received' ? 'Received' : 'Taken',
    formatTime(row.takenAt, zone, 'full'),
  ] as const;
  const distance = ['Distance', formatPercent(row.distance, { digits: 4 })] as const;
  if (row.kind === 'confluence') {
    return [
      ['Price (mean)', exactNumber(row.price)],
      ...row.confluence.levels.map(
        ({ source, price, amount, unit }) =>
          [sourceLabel(source), `${exactAmount(amount, unit, asset)} at ${exactNumber(price)}`] as const,
      ),
      ['Apart', formatPercent(row.confluence.apart, { digits: 4, signed: false })],
      distance,
      taken,
    ];
  }
  return [
    ['Price', exactNumber(row.price)],
    ...amountFacts(row, asset),
    distance,
    ['Source', sourceLabel(row.source)],
    taken,
  ];
}

function amountFacts(row: LevelRow, asset: string): [string, string][] {
  if (row.kind === 'gex-flip') return [];
  if (row.kind !== 'cluster') return [['Gamma exposure', `${exactAmount(row.gamma, 'usd')} per 1 %`]];
  if (row.side === 'unknown') return [['Amount', exactAmount(row.unsided, row.unit, asset)]];
  const sides = [
    ['Long', exactAmount(row.long, row.unit, asset)],
    ['Short', exactAmount(row.short, row.unit, asset)],
  ] as [string, string][];
  return row.sideBasis === 'given' ? sides : sides.filter((_, side) => (side === 0) === (row.side === 'long'));
}

/** The row for the clipboard: plain numbers that a spreadsheet reads, tab-separated under their names. */
export function copyOf(row: TableRow, asset: string): string {
  const isAgreed = row.kind === 'confluence';
  const cells: readonly (readonly [string, string])[] = [
    ['asset', asset],
    ['level', kindName(row)],
    ['price', String(row.price)],
    ['long', isAgreed ? '' : plain(row.long)],
    ['short', isAgreed ? '' : plain(row.short)],
    ['gamma', isAgreed ? '' : plain(row.gamma)],
    ['unit', unitOf(row)],
    ['distance', plain(row.distance)],
    ['source', isAgreed ? row.confluence.levels.map(agreedText).join('; ') : sourceLabel(row.source)],
    ['taken', new Date(row.takenAt).toISOString()],
    ['labels', labelsOfRow(row).join(' ')],
  ];
  return `${cells.map(([name]) => name).join('\t')}\n${cells.map(([, value]) => value).join('\t')}`;
}

function unitOf(row: TableRow): string {
  if (row.kind === 'confluence' || row.kind === 'gex-flip') return '';
  return row.kind === 'cluster' ? row.unit : 'usd per 1 %';
}

type Agreed = Extract<TableRow, { kind: 'confluence' }>['confluence']['levels'][number];

const agreedText = ({ source, price, amount, unit, asset }: Agreed): string =>
  `${sourceLabel(source)} ${formatAmount(amount, unit, asset)} at ${price}`;

const plain = (value: number | null): string => (value === null || Number.isNaN(value) ? '' : String(value));
