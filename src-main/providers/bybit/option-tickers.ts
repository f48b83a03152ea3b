import type { GexProfile } from '../../contract/gamma.ts';
import type { Asset } from '../../contract/market.ts';
import { chainProfile, chainRows, unknownColumns } from '../gamma/chain-profile.ts';
import type { ChainOption } from '../gamma/chain.ts';
import { optionName } from '../gamma/option-name.ts';
import { at, Unreadable, type JsonObject } from '../parse.ts';
import { price, size } from '../parse/numbers.ts';
import type { Asked } from './tickers.ts';

/** Fields of an option's row as documented. */
const known: ReadonlySet<string> = new Set([
  ...['symbol', 'bid1Price', 'bid1Size', 'bid1Iv', 'ask1Price', 'ask1Size', 'ask1Iv', 'lastPrice', 'highPrice24h'],
  ...['lowPrice24h', 'markPrice', 'indexPrice', 'markIv', 'underlyingPrice', 'openInterest', 'turnover24h'],
  ...['volume24h', 'totalVolume', 'totalTurnover', 'delta', 'gamma', 'vega', 'theta', 'predictedDeliveryPrice'],
  'change24h',
]);

/**
 * `GET /v5/market/tickers?category=option`: open interest in coins, `markIv` a FRACTION, `gamma` with eight digits, which
 * is enough to be used as it is; the flip is re-priced from `markIv`.
 */
export function readOptionTickers(result: JsonObject, asked: Asked): GexProfile {
  return at('.list', () => {
    const list = chainRows(result['list']);
    if (list.length === 0) throw new Unreadable('names no option');
    const rows = list.map((row, index) => at(`[${index}]`, () => readRow(row, asked.asset)));
    const extra = unknownColumns(list, known, 'list[]');
    return chainProfile({
      ...asked,
      takenAt: asked.time,
      spot: rows[0]!.index, // one index for the whole chain
      options: rows.map(({ option }) => option),
      extra: Object.keys(extra).length === 0 ? null : JSON.stringify(extra),
      named: {
        gamma: 'exchange',
        spot: 'indexPrice; each expiry at its underlyingPrice',
        volatility: 'markIv, a fraction',
      },
    });
  });
}

function readRow(row: JsonObject, asset: Asset): { readonly option: ChainOption; readonly index: number } {
  const field = <T>(name: string, read: (value: unknown) => T): T => at(`.${name}`, () => read(row[name]));
  const { coin, ...name } = field('symbol', optionName);
  if (coin !== asset) throw new Unreadable(`is not of ${asset}, which was asked for`, '.symbol');
  const index = field('indexPrice', price);
  const openInterest = field('openInterest', orZero);
  const sigma = field('markIv', orZero);
  const unheld = { ...name, openInterest, sigma, forward: NaN, gamma: null };
  if (!(openInterest > 0 && sigma > 0)) return { option: unheld, index };
  return { option: { ...unheld, forward: field('underlyingPrice', price), gamma: field('gamma', size) }, index };
}

/** Absent, null or empty is none: the option does not count. */
const orZero = (value: unknown): number => (value === undefined || value === null || value === '' ? 0 : size(value));
