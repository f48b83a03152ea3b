import { at, isObject, member, Unreadable } from '../parse.ts';
import { add, ascending, mostRows, type Join } from '../parse/columns.ts';
import { anyNumber, price, size, type NumberReader } from '../parse/numbers.ts';

/** Two columns of equal length. */
export interface PriceColumns {
  readonly prices: Float64Array;
  readonly values: Float64Array;
}

/** A map as it is sent: clusters of prices and densities by name, and two curves that stand among them. */
export interface Clusters {
  /** All clusters as one, without the rows of zero density. */
  readonly flat: PriceColumns;
  readonly longCurve: PriceColumns;
  readonly shortCurve: PriceColumns;
  /** Rows of each cluster and curve as they were sent, zeros included. */
  readonly rowsByName: ReadonlyMap<string, number>;
  /** What stands in the data and is no list: not a cluster, kept as it is. */
  readonly others: Readonly<Record<string, unknown>>;
  /** Further columns of a cluster, by its name. */
  readonly furtherColumns: Readonly<Record<string, unknown>>;
}

/** The document spells them `Cummulated short liqs` and `Cummulated long liqs`; the other spellings are inferred. */
const curveName = /^cumm?ulat(?:ed|ive)[\s_-]+(short|long)s?(?:[\s_-]+liq\w*)?$/i;

interface Pair {
  readonly prices: readonly unknown[];
  readonly values: readonly unknown[];
  /** Where it stands below the data: `.noise`. */
  readonly path: string;
}

/** `result.data`: name → `[prices[], densities[]]`. Empty data is an empty map. One bad value refuses it all, by its path. */
export function readClusters(data: unknown): Clusters {
  if (data === undefined) throw new Unreadable('is missing');
  if (!isObject(data)) throw new Unreadable('is not an object');
  const clusters: Pair[] = [];
  const curves = new Map<string, Pair>();
  const rowsByName = new Map<string, number>();
  const others: [string, unknown][] = [];
  const furtherColumns: [string, unknown][] = [];
  let rows = 0;
  for (const [name, value] of Object.entries(data)) {
    if (value !== null && !Array.isArray(value)) {
      others.push([name, value]);
      continue;
    }
    const pair = at(member(name), () => readPair(value, member(name)));
    rows += pair.prices.length;
    if (rows > mostRows) throw new Unreadable(`has more rows than Halcyon accepts (${mostRows})`);
    rowsByName.set(name, pair.prices.length);
    if (value !== null && value.length > 2) furtherColumns.push([name, value.slice(2)]);
    const side = curveName.exec(name.trim())?.[1]?.toLowerCase();
    if (side === undefined) clusters.push(pair);
    else if (curves.has(side)) throw new Unreadable(`is a second curve of the ${side} side`, member(name));
    else curves.set(side, pair);
  }
  return {
    flat: flatten(clusters),
    longCurve: readCurve(curves.get('long')),
    shortCurve: readCurve(curves.get('short')),
    rowsByName,
    others: Object.fromEntries(others),
    furtherColumns: Object.fromEntries(furtherColumns),
  };
}

function readPair(value: unknown, path: string): Pair {
  const [prices, values] = Array.isArray(value) ? (value as unknown[]) : [];
  if (!Array.isArray(prices) || !Array.isArray(values)) {
    throw new Unreadable('is not a list of prices and a list of densities');
  }
  if (prices.length !== values.length) {
    throw new Unreadable(`has ${prices.length} prices and ${values.length} densities`);
  }
  return { prices, values, path };
}

/** Densities of one map share one scale, so those of one price are added. A zero is noise, and so is its price. */
function flatten(clusters: readonly Pair[]): PriceColumns {
  const most = clusters.reduce((sum, { prices }) => sum + prices.length, 0);
  const columns = { prices: new Float64Array(most), values: new Float64Array(most) };
  let kept = 0;
  for (const { prices, values, path } of clusters) {
    for (let row = 0; row < prices.length; row += 1) {
      const density = readAt(size, values[row], path, 1, row);
      const level = readAt(density === 0 ? anyNumber : price, prices[row], path, 0, row);
      if (density === 0) continue;
      columns.prices[kept] = level;
      columns.values[kept] = density;
      kept += 1;
    }
  }
  return joinedByPrice({ prices: columns.prices.slice(0, kept), values: columns.values.slice(0, kept) }, add);
}

/** As given, zeros included. At a price named twice the curve has reached the larger value. */
function readCurve(pair: Pair | undefined): PriceColumns {
  if (pair === undefined) return { prices: new Float64Array(0), values: new Float64Array(0) };
  const { prices, values, path } = pair;
  return joinedByPrice(
    {
      prices: Float64Array.from(prices, (value, row) => readAt(price, value, path, 0, row)),
      values: Float64Array.from(values, (value, row) => readAt(size, value, path, 1, row)),
    },
    Math.max,
  );
}

/** Ascending by price, one row a price. */
function joinedByPrice(columns: PriceColumns, join: Join): PriceColumns {
  const [prices, values] = ascending([columns.prices, columns.values], [join, join], () => '');
  return { prices: prices!, values: values! };
}

function readAt(read: NumberReader, value: unknown, path: string, column: 0 | 1, row: number): number {
  try {
    return read(value);
  } catch (thrown) {
    throw thrown instanceof Unreadable ? thrown.under(`${path}[${column}][${row}]`) : thrown;
  }
}
