import { formatAmount } from '../format/amount.ts';
import { providerName } from '../format/source.ts';
import { formatPrice } from '../format/price.ts';
import type { BarBook } from './bar-book.ts';
import { confluenceText } from './confluence.ts';
import type { Confluence } from './confluence.ts';
import type { DrawnLayer } from './drawn-layer.ts';

interface Seen {
  readonly book: BarBook | null;
  readonly layers: readonly DrawnLayer[];
  readonly visibleBands: number;
  readonly visibleStrikes: number;
  /** Strongest first. */
  readonly visibleConfluences: readonly Confluence[];
}

const mostNamed = 3;

/** The chart in words, for those who cannot see it: what is plain first, then what more than one map adds. */
export function describe(seen: Seen): string {
  const { book, layers, visibleBands, visibleStrikes } = seen;
  if (book === null || book.last === null) return 'Chart without candles';
  const { instrument, timeframe } = book.series;
  const price = formatPrice(book.last.close, instrument.tickSize);
  const plain = `${instrument.asset} ${timeframe} chart, last price ${price}, ${visibleBands} liquidation bands and ${visibleStrikes} GEX strikes in view`;
  return [plain, ...mapsOf(layers), ...profilesOf(layers), ...confluencesOf(seen, instrument.tickSize)].join('. ');
}

function mapsOf(layers: readonly DrawnLayer[]): string[] {
  if (layers.length < 2 && !layers.some(({ levels }) => levels.isSideInferred)) return [];
  const names = layers.map(
    ({ provider, levels }) => `${providerName(provider)}${levels.isSideInferred ? ' (side inferred)' : ''}`,
  );
  return [`Maps: ${names.join(', ')}`];
}

function profilesOf(layers: readonly DrawnLayer[]): string[] {
  const names = layers
    .filter(({ hasProfile }) => hasProfile)
    .map(({ provider, profile: { state } }) => {
      const { curves, unit, coin } = state;
      const lines = curves === null ? '' : ` with cumulative curves from 0 to ${formatAmount(curves.max, unit, coin)}`;
      return `${providerName(provider)}${lines}`;
    });
  return names.length === 0 ? [] : [`Profile at the right edge: ${names.join(', ')}`];
}

function confluencesOf({ visibleConfluences: found }: Seen, tickSize: number): string[] {
  if (found.length === 0) return [];
  const named = found
    .slice(0, mostNamed)
    .map((each) => `${formatPrice(each.price, tickSize)} ${each.side}, ${confluenceText(each)}`);
  const more = found.length > mostNamed ? `; and ${found.length - mostNamed} more` : '';
  return [`Confluence at ${named.join('; ')}${more}`];
}

/** What was liquidated, in words, apart from `describe`; empty where nothing of it is shown. */
export function describeLiquidated(marked: number, units: readonly string[]): string {
  const parts: string[] = [];
  if (marked > 0) parts.push(`${marked} realised liquidation${marked === 1 ? '' : 's'} marked on the candles`);
  if (units.length > 0) parts.push(`Liquidated volumes below the price, in ${units.join(' and in ')}`);
  return parts.map((part) => `${part}.`).join(' ');
}
