import type { GexProfile } from '../../contract/gamma.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { Source } from '../../contract/source.ts';
import type { ChainOption } from '../gamma/chain.ts';
import { chainProfile, chainRows, unknownColumns } from '../gamma/chain-profile.ts';
import { optionName } from '../gamma/option-name.ts';
import { at, Unreadable, type JsonObject } from '../parse.ts';
import { orNaN, price, size } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';

/** Fields of a row as documented; most are not used. */
const known: ReadonlySet<string> = new Set([
  ...['instrument_name', 'open_interest', 'mark_iv', 'underlying_price', 'underlying_index'],
  ...['estimated_delivery_price', 'creation_timestamp', 'base_currency', 'quote_currency', 'interest_rate'],
  ...['mark_price', 'mid_price', 'bid_price', 'ask_price', 'last', 'high', 'low', 'price_change'],
  ...['volume', 'volume_usd', 'volume_notional', 'current_funding', 'funding_8h'],
]);

export interface Asked {
  readonly source: Source;
  readonly asset: Asset;
  readonly receivedAt: UnixMs;
}

interface Row {
  readonly option: ChainOption;
  /** The index that the exchange would settle at. */
  readonly index: number;
  readonly time: UnixMs;
}

/**
 * `get_book_summary_by_currency` of kind `option`: open interest in coins, `mark_iv` in PERCENT. Gamma is always computed:
 * the exchange prints it with five digits elsewhere, which is too few for BTC.
 */
export function readBookSummary(result: unknown, asked: Asked): GexProfile {
  return at('.result', () => {
    const list = chainRows(result);
    if (list.length === 0) throw new Unreadable('names no option');
    const rows = list.map((row, index) => at(`[${index}]`, () => readRow(row, asked.asset)));
    const extra = unknownColumns(list, known, 'result[]');
    return chainProfile({
      ...asked,
      takenAt: rows.reduce((newest, { time: each }) => (each > newest ? each : newest), rows[0]!.time),
      spot: spotOf(rows),
      options: rows.map(({ option }) => option),
      extra: Object.keys(extra).length === 0 ? null : JSON.stringify(extra),
      named: {
        gamma: 'computed',
        spot: 'estimated_delivery_price, the index; each expiry at its underlying_price',
        volatility: 'mark_iv, percent',
      },
    });
  });
}

/** Absent or null is none: the option does not count. */
const orZero = (value: unknown): number => orNaN(size)(value) || 0;

function readRow(row: JsonObject, asset: Asset): Row {
  const field = <T>(name: string, read: (value: unknown) => T): T => at(`.${name}`, () => read(row[name]));
  const { coin, ...name } = field('instrument_name', optionName);
  if (coin !== asset) throw new Unreadable(`is not of ${asset}, which was asked for`, '.instrument_name');
  const openInterest = field('open_interest', orZero);
  const sigma = field('mark_iv', orZero) / 100;
  const forward = field('underlying_price', openInterest > 0 && sigma > 0 ? price : orNaN(price));
  const option = { ...name, openInterest, sigma, forward, gamma: null };
  return { option, index: field('estimated_delivery_price', price), time: field('creation_timestamp', time) };
}

/** Of the option that expires last: in the last half hour before an expiry its own becomes an average (inferred). */
function spotOf(rows: readonly Row[]): number {
  let last = rows[0]!;
  for (const row of rows) {
    const { expiry } = row.option;
    if (expiry > last.option.expiry || (expiry === last.option.expiry && row.time > last.time)) last = row;
  }
  return last.index;
}
