import type { GexModel, GexProfile } from '../../contract/gamma.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { Source } from '../../contract/source.ts';
import { isObject, Unreadable, type JsonObject } from '../parse.ts';
import type { Chain, ChainOption } from './chain.ts';
import { profileOf } from './profile.ts';

/** No exchange lists so many options of one coin; each is re-priced some hundred times. */
export const mostOptions = 20_000;

export interface ChainAnswer {
  readonly source: Source;
  readonly asset: Asset;
  readonly receivedAt: UnixMs;
  /** The exchange's time of the chain. */
  readonly takenAt: UnixMs;
  readonly spot: number;
  /** Every option listed, those included that do not count. */
  readonly options: readonly ChainOption[];
  readonly extra: string | null;
  /** In the exchange's words. */
  readonly named: Pick<GexModel, 'gamma' | 'spot' | 'volatility'>;
}

/**
 * A chain as the profile Halcyon makes of it, with its assumptions. Options without open interest or without volatility,
 * and those that have expired, are left out and counted. Throws Unreadable where the sums are beyond what a number holds.
 */
export function chainProfile(answer: ChainAnswer): GexProfile {
  const { source, asset, receivedAt, takenAt, spot, extra, named } = answer;
  const options = answer.options.filter(
    ({ openInterest, sigma, expiry }) => openInterest > 0 && sigma > 0 && expiry > takenAt,
  );
  const chain: Chain = { spot, at: takenAt, options };
  const parts = profileOf(chain);
  const openInterest = options.reduce((sum, option) => sum + option.openInterest, 0);
  const numbers = [parts.total, openInterest, parts.flipLevel ?? 0, ...parts.calls, ...parts.puts];
  if (!numbers.every(Number.isFinite)) throw new Unreadable('adds up to more than a number holds');
  return {
    ...{ kind: 'gex', source, asset, variant: '', takenAt, takenAtBasis: 'provider', receivedAt },
    ...{ confirmedAt: receivedAt, transport: 'rest', extra },
    unit: 'usd-per-percent',
    unitBasis: 'computed',
    currentPrice: spot,
    ...parts,
    model: {
      signs: 'calls-plus-puts-minus',
      options: options.length,
      omitted: answer.options.length - options.length,
      expiries: new Set(options.map(({ expiry }) => expiry)).size,
      openInterest,
      ...named,
    },
  };
}

/** A list of objects, not longer than any chain. */
export function chainRows(list: unknown): readonly JsonObject[] {
  if (list === undefined) throw new Unreadable('is missing');
  if (!Array.isArray(list)) throw new Unreadable('is not a list');
  if (list.length > mostOptions) {
    throw new Unreadable(`has ${list.length} rows: larger than Halcyon accepts (${mostOptions})`);
  }
  return (list as readonly unknown[]).map((row, index) => {
    if (!isObject(row)) throw new Unreadable('is not an object', `[${index}]`);
    return row;
  });
}

/** What the rows hold beyond the documented fields, by field, in the rows' order; empty where there is nothing. */
export function unknownColumns(rows: readonly JsonObject[], known: ReadonlySet<string>, mark: string): JsonObject {
  const fields = new Set(rows.flatMap((row) => Object.keys(row).filter((field) => !known.has(field))));
  if (fields.size === 0) return {};
  if (fields.size > 100) return { [mark]: [...fields].slice(0, 100) };
  return { [mark]: Object.fromEntries([...fields].map((field) => [field, rows.map((row) => row[field] ?? null)])) };
}
