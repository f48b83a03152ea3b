import { failure, FailureError } from '../../contract/failure.ts';
import type { Asset, Instrument } from '../../contract/market.ts';
import type { Source } from '../../contract/source.ts';
import { at, Unreadable } from '../parse.ts';
import type { ByAsset } from '../parse/by-asset.ts';
import type { KeptAnswer } from '../parse/kept-answer.ts';
import { price, size } from '../parse/numbers.ts';
import { coinOf, tickSizeAt } from './coins.ts';
import type { Universe, UniverseRow } from './universe.ts';

/** The venue's own words: perpetuals are margined in USDC and priced in US dollars. */
const quote = 'USDC';

/** The perpetuals of one client. What was found is kept while the client lives, so that a price step does not come and go. */
export interface Instruments extends ByAsset<Instrument> {
  /** From the row of an answer that has come. Throws Unreadable. */
  from(asset: Asset, row: UniverseRow): Instrument;
}

export function instrumentsOf(source: Source, universe: KeptAnswer<Universe>): Instruments {
  const found = new Map<Asset, Instrument>();
  const from = (asset: Asset, row: UniverseRow): Instrument => {
    const known = found.get(asset);
    if (known !== undefined) return known;
    const instrument = { source, asset, symbol: coinOf(asset), quote, tickSize: readTickSize(row) };
    found.set(asset, instrument);
    return instrument;
  };
  return {
    from,
    known: (asset) => found.get(asset) ?? null,
    of: async (asset, signal) => {
      const coin = coinOf(asset);
      const known = found.get(asset);
      if (known !== undefined) return known;
      const instrument = (await universe.get(signal)).read(coin, (row) => from(asset, row));
      if (instrument === null) throw new FailureError(noPerpetual(asset));
      return instrument;
    },
  };
}

export const noPerpetual = (asset: Asset) => failure('unsupported', `Hyperliquid has no perpetual for ${asset}.`);

function readTickSize({ meta, metaPath, state, statePath }: UniverseRow): number {
  const szDecimals = at(`${metaPath}.szDecimals`, () => {
    const decimals = size(meta['szDecimals']);
    if (!Number.isInteger(decimals) || decimals > 12) throw new Unreadable('is not a number of decimals');
    return decimals;
  });
  const markPrice = at(`${statePath}.markPx`, () => price(state['markPx']));
  return tickSizeAt(markPrice, szDecimals);
}
