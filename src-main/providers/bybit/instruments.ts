import { failure, FailureError } from '../../contract/failure.ts';
import type { Asset, Instrument } from '../../contract/market.ts';
import { at, isObject, Unreadable, type JsonObject } from '../parse.ts';
import { checkAsset, type ByAsset } from '../parse/by-asset.ts';
import { orNull, price } from '../parse/numbers.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

const quote = 'USDT';

/** A thousand SHIB alone has its number behind the name; all others (`1000PEPE`) are as elsewhere. */
export const symbolOf = (asset: Asset): string => `${asset === '1000SHIB' ? 'SHIB1000' : asset}${quote}`;

export interface Perpetual {
  readonly instrument: Instrument;
  /** Hours between two fundings; null where not told. */
  readonly fundingHours: number | null;
}

/** The perpetuals of one client, each asked for by itself; a failed attempt is forgotten. */
export type Instruments = ByAsset<Perpetual>;

export function instrumentsOf(context: ProviderContext): Instruments {
  const found = new Map<Asset, Perpetual>();
  return {
    known: (asset) => found.get(asset) ?? null,
    of: async (asset, signal) => {
      checkAsset(asset);
      const known = found.get(asset);
      if (known !== undefined) return known;
      const path = `instruments-info?category=linear&symbol=${symbolOf(asset)}`;
      const perpetual = await ask(context, path, signal, (result) => readPerpetual(result, asset, context.source));
      if (perpetual === null)
        throw new FailureError(failure('unsupported', `Bybit has no USDT perpetual for ${asset}.`));
      found.set(asset, perpetual);
      return perpetual;
    },
  };
}

/** `GET /v5/market/instruments-info` for one symbol; null where it is no perpetual, or not there. */
export function readPerpetual(result: JsonObject, asset: Asset, source: Instrument['source']): Perpetual | null {
  const row = onlyRow(result, symbolOf(asset));
  if (row === null || row['contractType'] !== 'LinearPerpetual') return null;
  const { priceFilter, fundingInterval } = row;
  if (!isObject(priceFilter)) throw new Unreadable('is missing or not an object', '.list[0].priceFilter');
  const tickSize = at('.list[0].priceFilter.tickSize', () => price(priceFilter['tickSize']));
  const minutes = at('.list[0].fundingInterval', () => orNull(price)(fundingInterval));
  return {
    instrument: { source, asset, symbol: symbolOf(asset), quote, tickSize },
    fundingHours: minutes === null ? null : minutes / 60,
  };
}

/** The row of an answer for one symbol; null where the list is empty. Any other symbol is not what was asked for. */
export function onlyRow(result: JsonObject, symbol: string): JsonObject | null {
  const { list } = result;
  if (!Array.isArray(list)) throw new Unreadable('is missing or not a list', '.list');
  const row: unknown = list[0];
  if (row === undefined) return null;
  if (!isObject(row)) throw new Unreadable('is not an object', '.list[0]');
  if (row['symbol'] !== symbol) throw new Unreadable(`is not ${symbol}, which was asked for`, '.list[0].symbol');
  return row;
}
