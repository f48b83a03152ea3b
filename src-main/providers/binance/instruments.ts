import { z } from 'zod';
import type { Asset, Instrument } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable } from '../parse.ts';
import { listedByAsset, type ByAsset } from '../parse/by-asset.ts';
import { price, shapeOf, word } from '../parse/numbers.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

const quote = 'USDT';

export const symbolOf = (asset: Asset): string => `${asset}${quote}`;

/** The USDT perpetuals of one client. */
export type Instruments = ByAsset<Instrument>;

export const instrumentsOf = (context: ProviderContext): Instruments =>
  listedByAsset(
    (signal) => ask(context, '/fapi/v1/exchangeInfo', signal, (payload) => readInstruments(payload, context.source)),
    (asset) => `Binance has no USD-M perpetual for ${asset}.`,
  );

const symbolShape = z.looseObject({ symbol: shapeOf(word), baseAsset: shapeOf(word), filters: z.array(z.unknown()) });

/** `GET /fapi/v1/exchangeInfo`: the USDT perpetuals by asset. A perpetual without a tick size refuses the answer as a whole. */
export function readInstruments(payload: unknown, source: Instrument['source']): ReadonlyMap<Asset, Instrument> {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const { symbols } = payload;
  if (!Array.isArray(symbols)) throw new Unreadable('is missing or not a list', '.symbols');
  const found = new Map<Asset, Instrument>();
  (symbols as readonly unknown[]).forEach((item, index) =>
    at(`.symbols[${index}]`, () => {
      if (!isObject(item)) throw new Unreadable('is not an object');
      if (item['contractType'] !== 'PERPETUAL' || item['quoteAsset'] !== quote) return;
      const { symbol, baseAsset, filters } = readShape(symbolShape, item);
      if (symbol !== symbolOf(baseAsset)) return;
      found.set(baseAsset, { source, asset: baseAsset, symbol, quote, tickSize: tickSizeOf(filters) });
    }),
  );
  return found;
}

function tickSizeOf(filters: readonly unknown[]): number {
  const index = filters.findIndex((filter) => isObject(filter) && filter['filterType'] === 'PRICE_FILTER');
  const filter = filters[index];
  if (!isObject(filter)) throw new Unreadable('has no price filter', '.filters');
  return at(`.filters[${index}].tickSize`, () => price(filter['tickSize']));
}
