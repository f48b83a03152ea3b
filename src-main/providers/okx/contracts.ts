import { z } from 'zod';
import { assetPattern, type Asset, type Instrument } from '../../contract/market.ts';
import { at, isObject, readShape, Unreadable } from '../parse.ts';
import { listedByAsset, type ByAsset } from '../parse/by-asset.ts';
import { price, shapeOf } from '../parse/numbers.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

const quote = 'USDT';
const suffix = `-${quote}-SWAP`;

export const instIdOf = (asset: Asset): string => `${asset}${suffix}`;

/** A perpetual swap of the venue. Its sizes are in contracts. */
export interface Contract {
  readonly instrument: Instrument;
  readonly coinsPerContract: number;
}

/** The linear USDT swaps of one client. */
export type Contracts = ByAsset<Contract>;

export const contractsOf = (context: ProviderContext): Contracts =>
  listedByAsset(
    (signal) =>
      ask(context, '/api/v5/public/instruments?instType=SWAP', signal, (data) => readContracts(data, context.source)),
    (asset) => `OKX has no USDT perpetual swap for ${asset}.`,
  );

/** Coins; together with `largestProduct` of a liquidation it keeps all dollars finite. */
const largestContract = 1e12;

const shape = z.looseObject({ ctVal: shapeOf(price), ctMult: shapeOf(price), tickSz: shapeOf(price) });
/** Not traded yet, and without a tick size until they are. */
const notYet: ReadonlySet<unknown> = new Set(['preopen', 'test']);

/**
 * `data` of `GET /api/v5/public/instruments?instType=SWAP`: the linear USDT swaps by asset. One without a tick size or
 * a contract size refuses the answer as a whole.
 */
export function readContracts(data: unknown, source: Instrument['source']): ReadonlyMap<Asset, Contract> {
  if (!Array.isArray(data)) throw new Unreadable('is missing or not a list');
  const found = new Map<Asset, Contract>();
  (data as readonly unknown[]).forEach((item, index) =>
    at(`[${index}]`, () => {
      if (!isObject(item)) throw new Unreadable('is not an object');
      const { instId: symbol, ctType, ctValCcy, settleCcy, state } = item;
      if (typeof symbol !== 'string' || !symbol.endsWith(suffix) || ctType !== 'linear' || settleCcy !== quote) return;
      const asset = symbol.slice(0, -suffix.length);
      if (!assetPattern.test(asset) || ctValCcy !== asset || notYet.has(state)) return;
      const { ctVal, ctMult, tickSz } = readShape(shape, item);
      const coinsPerContract = ctVal * ctMult;
      if (!(coinsPerContract > 0 && coinsPerContract <= largestContract)) {
        throw new Unreadable('is no plausible contract size', '.ctVal');
      }
      found.set(asset, { instrument: { source, asset, symbol, quote, tickSize: tickSz }, coinsPerContract });
    }),
  );
  return found;
}
