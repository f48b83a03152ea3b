import { failure, FailureError } from '../../contract/failure.ts';
import { assetPattern, type Asset, type Instrument } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable } from '../parse.ts';
import { keptAnswer } from '../parse/kept-answer.ts';
import { price, shapeOf, word } from '../parse/numbers.ts';
import { z } from 'zod';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

const quote = 'USDT';

export const symbolOf = (asset: Asset): string => `${asset}${quote}`;

/** The instruments of one client: asked for once, kept while the client lives; a failed attempt is forgotten. */
export interface Instruments {
  /** Throws FailureError `unsupported` for an asset without a perpetual. */
  of(asset: Asset, signal: AbortSignal): Promise<Instrument>;
  /** What is known without asking; null while nothing is, or where there is no such instrument. */
  known(asset: Asset): Instrument | null;
}

export function instrumentsOf(context: ProviderContext): Instruments {
  const kept = keptAnswer((signal) =>
    ask(context, '/fapi/v1/exchangeInfo', signal, (payload) => readInstruments(payload, context.source)),
  );
  return {
    known: (asset) => kept.known()?.get(asset) ?? null,
    of: async (asset, signal) => {
      if (!assetPattern.test(asset)) {
        throw new FailureError(
          failure('bad-request', 'An asset is written in capital letters and digits, for instance BTC.'),
        );
      }
      const instrument = (await kept.get(signal)).get(asset);
      if (instrument === undefined) {
        throw new FailureError(failure('unsupported', `Binance has no USD-M perpetual for ${asset}.`));
      }
      return instrument;
    },
  };
}

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
