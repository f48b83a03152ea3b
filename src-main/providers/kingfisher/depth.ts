import type { MarketDepth } from '../../contract/positioning.ts';
import { at, extraOf, isObject, member, Unreadable, type JsonObject } from '../parse.ts';
import { anyNumber, orNull, price, size, word } from '../parse/numbers.ts';
import { fieldReader, headOf, objectFor, plainFields, type Asked } from './head.ts';

/*
 * Inferred throughout. Documented is only: "order book shape at various depth levels", with `exchange` and `percentage`
 * (0.1, 0.5, 1.0) as parameters. Read are rows with a bid and an ask amount, in a list or in objects keyed by percentage,
 * alone or below each exchange.
 */
const containers = ['depth', 'levels', 'bands', 'order_book', 'exchange_breakdown', 'exchanges', 'data'] as const;
const exchangeNames = ['exchange', 'venue'] as const;
const percentNames = ['percentage', 'percent', 'depth_percent', 'level'] as const;
const bidNames = ['bid_depth', 'bid_usd', 'bid_liquidity', 'bid_volume', 'bids', 'bid'] as const;
const askNames = ['ask_depth', 'ask_usd', 'ask_liquidity', 'ask_volume', 'asks', 'ask'] as const;
const midNames = ['mid_price', 'current_price', 'price'] as const;
const spreadNames = ['spread_percent', 'spread_percentage', 'spread_pct'] as const;
const mostBands = 10_000;
const deepest = 4;

type Band = MarketDepth['bands'][number];

interface Place {
  readonly exchange: string | null;
  readonly percent: number | null;
  readonly depth: number;
}

/** `GET /depth/{asset}`: US dollars resting within each percentage of the mid price. */
export function readDepth(payload: unknown, asked: Asked): MarketDepth {
  const object = objectFor(asked, payload, false);
  const used = new Set<string>([...plainFields, ...exchangeNames, ...percentNames]);
  const field = fieldReader(object, used);
  const midPrice = field(midNames, orNull(price));
  const spreadPercent = field(spreadNames, orNull(anyNumber));
  const found: Band[] = [];
  const unknown: Record<string, unknown> = {};
  const place = placeOf(object, { exchange: null, percent: null, depth: 0 });
  if (!collect(object, place, found, '', unknown, used)) throw new Unreadable('is missing', '.depth');
  return {
    ...headOf('market-depth', asked, object, { extra: extraOf(object, used, unknown) }),
    basis: 'inferred',
    midPrice,
    spreadPercent,
    bands: found,
  };
}

/** Adds the bands of a node and what lies below it; whether there was anything that could hold bands. */
function collect(
  node: JsonObject,
  place: Place,
  found: Band[],
  path: string,
  unknown: Record<string, unknown>,
  used: Set<string>,
): boolean {
  if (isBand(node)) {
    found.push(readBand(node, place, used));
    if (found.length > mostBands) throw new Unreadable('has more depth levels than Halcyon accepts');
    return true;
  }
  let any = false;
  for (const name of containers) {
    const inner = node[name];
    if (inner === undefined || inner === null) continue;
    used.add(name);
    any = true;
    at(member(name), () => collectAll(inner, place, found, `${path}${member(name)}`, unknown));
  }
  return any;
}

function collectAll(inner: unknown, place: Place, found: Band[], path: string, unknown: Record<string, unknown>): void {
  if (place.depth >= deepest) throw new Unreadable('is nested too deeply');
  const entries: [string | number, unknown][] = Array.isArray(inner)
    ? (inner as unknown[]).map((item, index) => [index, item])
    : isObject(inner)
      ? Object.entries(inner)
      : [];
  if (!Array.isArray(inner) && !isObject(inner)) throw new Unreadable('is neither a list nor an object');
  if (isObject(inner) && isBand(inner)) {
    collectOne(inner, place, found, path, unknown);
    return;
  }
  for (const [key, item] of entries) {
    const step = typeof key === 'number' ? `[${key}]` : member(key);
    at(step, () => {
      if (!isObject(item) && !Array.isArray(item)) throw new Unreadable('is not an object');
      const below = keyed(place, key);
      if (Array.isArray(item) || !(isBand(item) || containers.some((name) => item[name] !== undefined))) {
        collectAll(item, below, found, `${path}${step}`, unknown);
      } else {
        collectOne(item, below, found, `${path}${step}`, unknown);
      }
    });
  }
}

function collectOne(
  item: JsonObject,
  place: Place,
  found: Band[],
  path: string,
  unknown: Record<string, unknown>,
): void {
  const used = new Set<string>([...exchangeNames, ...percentNames]);
  collect(item, placeOf(item, place), found, path, unknown, used);
  const more = extraOf(item, used);
  if (more !== null) unknown[path.slice(1)] = JSON.parse(more);
}

/** A key below a container is a percentage (`0.5`, `0.5%`) or the name of an exchange. */
function keyed(place: Place, key: string | number): Place {
  const below = { ...place, depth: place.depth + 1 };
  if (typeof key === 'number') return below;
  const percent = /^(\d+(?:\.\d+)?)\s*%?$/.exec(key);
  if (percent !== null) return { ...below, percent: size(percent[1]) };
  return (containers as readonly string[]).includes(key) ? below : { ...below, exchange: word(key) };
}

function placeOf(node: JsonObject, place: Place): Place {
  const field = fieldReader(node, new Set());
  const exchange = field(exchangeNames, (value) => (value === undefined || value === null ? null : word(value)));
  const percent = field(percentNames, orNull(percentage));
  return {
    exchange: exchange === null ? place.exchange : exchange.toLowerCase() === 'all' ? null : exchange,
    percent: percent ?? place.percent,
    depth: place.depth,
  };
}

const percentage = (value: unknown): number => price(typeof value === 'string' ? value.replace(/\s*%$/, '') : value);

const isAmount = (value: unknown): boolean => value !== undefined && typeof value !== 'object';
const isBand = (node: JsonObject): boolean => [...bidNames, ...askNames].some((name) => isAmount(node[name]));

function readBand(node: JsonObject, place: Place, used: Set<string>): Band {
  if (place.percent === null) throw new Unreadable('is missing', '.percentage');
  const field = fieldReader(node, used);
  return {
    exchange: place.exchange,
    percent: place.percent,
    bidUsd: field(bidNames, orNull(size)),
    askUsd: field(askNames, orNull(size)),
  };
}
