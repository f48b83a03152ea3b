import type { Asset } from '../../../src-main/contract/market.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import { priceProviders } from '../../../src-main/contract/source.ts';
import type { PriceProvider, Source } from '../../../src-main/contract/source.ts';
import { providerName } from '../../format/source.ts';

export type PriceChoice = PriceProvider | 'auto';

export const priceChoice = (settings: Settings, asset: Asset): PriceChoice => settings.prices.byAsset[asset] ?? 'auto';

/** The venue that should tell the candles and does not, where another one stands in for it; null where all is as chosen. */
export function standsInFor(source: Source, choice: PriceChoice): PriceProvider | null {
  const expected = choice === 'auto' ? priceProviders[0] : choice;
  return source.provider === expected ? null : expected;
}

export const choiceName = (choice: PriceChoice): string => (choice === 'auto' ? 'Automatic' : providerName(choice));

/** Whose the candles are, in one sentence; where there are none, who is asked for them. */
export function sourceText(asset: Asset, source: Source | null, choice: PriceChoice): string {
  if (source === null) {
    return choice === 'auto'
      ? `No candles of ${asset} have come yet; ${orderText(choice)} are asked in this order.`
      : `No candles of ${asset} have come yet; ${providerName(choice)} is asked first.`;
  }
  const missed = standsInFor(source, choice);
  return missed === null
    ? `Candles and price of ${asset} are from ${providerName(source.provider)}.`
    : `${providerName(source.provider)}, standing in for ${providerName(missed)}.`;
}

/** `Binance → Bybit → OKX → Hyperliquid`: who is asked first, and who stands in for whom. */
export const orderText = (choice: PriceChoice): string =>
  [...(choice === 'auto' ? [] : [choice]), ...priceProviders.filter((each) => each !== choice)]
    .map(providerName)
    .join(' → ');

/** The settings' part with another choice for one asset. */
export function withPriceChoice(prices: Settings['prices'], asset: Asset, choice: PriceChoice): Settings['prices'] {
  const others = Object.fromEntries(Object.entries(prices.byAsset).filter(([each]) => each !== asset));
  return { byAsset: choice === 'auto' ? others : { ...others, [asset]: choice } };
}
