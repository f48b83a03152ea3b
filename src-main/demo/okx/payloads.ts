import { minuteMs } from '../market/candles.ts';
import type { TickCandle } from '../market/candles.ts';
import { assetSpecs } from '../market/assets.ts';
import type { AssetSpec } from '../market/assets.ts';
import { epoch } from '../market/days.ts';

/** The venue's names of candle lengths that open at multiples of theirs in UTC, in minutes. Its `1D` does not, and is not served here. */
export const bars: Readonly<Record<string, number>> = {
  ...{ '1m': 1, '3m': 3, '5m': 5, '15m': 15, '30m': 30, '1H': 60, '2H': 120, '4H': 240 },
  ...{ '6Hutc': 360, '12Hutc': 720, '1Dutc': 1440 },
};

export const instIdOf = (spec: AssetSpec): string => `${spec.asset}-USDT-SWAP`;
export const specOf = (instId: string | undefined): AssetSpec | null =>
  assetSpecs.find((spec) => instIdOf(spec) === instId) ?? null;

/** Coins in one contract. */
const contractCoins: Readonly<Record<string, number>> = { BTC: 0.01, ETH: 0.1 };
const coinsPerContract = (spec: AssetSpec): number => contractCoins[spec.asset] ?? 1;

export const contractsText = (spec: AssetSpec, coins: number): string => (coins / coinsPerContract(spec)).toFixed(2);
export const priceText = (spec: AssetSpec, price: number): string => price.toFixed(Math.log10(spec.ticksPerUnit));

/** Time, open, high, low, close, volume in contracts, in coins, in USDT, whether it is over. */
export function candleRow(spec: AssetSpec, candle: TickCandle): readonly string[] {
  const coins = candle.volume / spec.lotsPerCoin;
  const prices = [candle.open, candle.high, candle.low, candle.close];
  return [
    String(candle.openTime),
    ...prices.map((ticks) => priceText(spec, ticks / spec.ticksPerUnit)),
    contractsText(spec, coins),
    coins.toFixed(spec.quantityDecimals),
    (candle.quoteVolume / spec.ticksPerUnit / spec.lotsPerCoin).toFixed(4),
    candle.closed ? '1' : '0',
  ];
}

export const barMs = (bar: string): number => (bars[bar] ?? 1) * minuteMs;

export const instruments = (): object[] =>
  assetSpecs.map((spec) => ({
    alias: '',
    baseCcy: '',
    category: '1',
    ctMult: '1',
    ctType: 'linear',
    ctVal: String(coinsPerContract(spec)),
    ctValCcy: spec.asset,
    expTime: '',
    instFamily: `${spec.asset}-USDT`,
    instId: instIdOf(spec),
    instType: 'SWAP',
    lever: '100',
    listTime: String(epoch),
    lotSz: '0.01',
    minSz: '0.01',
    quoteCcy: '',
    settleCcy: 'USDT',
    state: 'live',
    tickSz: priceText(spec, 1 / spec.ticksPerUnit),
    uly: `${spec.asset}-USDT`,
  }));
