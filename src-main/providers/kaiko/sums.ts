import { volumeBreach } from '../../contract/liquidation.ts';
import { at, isObject, member, Unreadable, type JsonObject } from '../parse.ts';
import { size, word } from '../parse/numbers.ts';

/** What an interval, or an exchange in it, says: US dollars and numbers of liquidations. */
interface Sums {
  long_amount: number;
  short_amount: number;
  total_amount: number;
  long_trades: number;
  short_trades: number;
  total_trades: number;
}

const fields = [
  'long_amount',
  'short_amount',
  'total_amount',
  'long_trades',
  'short_trades',
  'total_trades',
] as const satisfies readonly (keyof Sums)[];

export interface Row {
  readonly sums: Readonly<Sums>;
  /** By the provider's code; one that is named twice is added up. */
  readonly exchanges: ReadonlyMap<string, Readonly<Sums>>;
  /** Bits of `volumeBreach`. */
  readonly breaches: number;
}

/** The amounts of one interval. One bad value refuses it; sums that do not agree are flagged. */
export function readRow(row: JsonObject): Row {
  const sums = readSums(row);
  const exchanges = at('.exchanges', () => readExchanges(row['exchanges']));
  const all = [...exchanges.values()];
  const agrees = isWhole(sums) && all.every(isWhole);
  const addsUp = fields.every((field) => {
    const sum = all.reduce((total, one) => total + one[field], 0);
    return isSame(field, sum, sums[field]);
  });
  const breaches = (agrees ? 0 : volumeBreach.sides) | (addsUp ? 0 : volumeBreach.exchanges);
  return { sums, exchanges, breaches };
}

function readSums(row: JsonObject): Sums {
  const read = (field: keyof Sums): number => at(member(field), () => size(row[field]));
  return {
    long_amount: read('long_amount'),
    short_amount: read('short_amount'),
    total_amount: read('total_amount'),
    long_trades: read('long_trades'),
    short_trades: read('short_trades'),
    total_trades: read('total_trades'),
  };
}

function readExchanges(list: unknown): Map<string, Sums> {
  if (list === undefined) throw new Unreadable('is missing');
  if (!Array.isArray(list)) throw new Unreadable('is not a list');
  const found = new Map<string, Sums>();
  (list as readonly unknown[]).forEach((item, index) =>
    at(`[${index}]`, () => {
      if (!isObject(item)) throw new Unreadable('is not an object');
      const code = at('.exchange', () => word(item['exchange']));
      const sums = readSums(item);
      const known = found.get(code);
      found.set(code, known === undefined ? sums : added(known, sums));
    }),
  );
  return found;
}

function added(a: Sums, b: Sums): Sums {
  const sums = { ...a };
  for (const field of fields) {
    sums[field] += b[field];
    if (!Number.isFinite(sums[field])) throw new Unreadable('adds up to more than a number holds', member(field));
  }
  return sums;
}

const isWhole = (sums: Sums): boolean =>
  isSame('total_amount', sums.long_amount + sums.short_amount, sums.total_amount) &&
  isSame('total_trades', sums.long_trades + sums.short_trades, sums.total_trades);

/** Numbers of liquidations exactly, amounts within a millionth of the larger one: sums of fractions are rounded. */
function isSame(field: keyof Sums, a: number, b: number): boolean {
  if (!Number.isFinite(a)) return false;
  return field.endsWith('trades') ? a === b : Math.abs(a - b) <= 1e-6 * Math.max(a, b);
}
