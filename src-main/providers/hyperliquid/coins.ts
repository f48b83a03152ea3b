import type { Asset } from '../../contract/market.ts';
import { checkAsset } from '../parse/by-asset.ts';

/** The venue's name of an asset: `BTC`, and `kPEPE` for a thousand PEPE, which others call `1000PEPE`. */
export function coinOf(asset: Asset): string {
  checkAsset(asset);
  return asset.replace(/^1000(?=[A-Z])/, 'k');
}

/** Decimals of a perpetual's price and size together, by the venue's rule. */
const mostDecimals = 6;
const significantDigits = 5;

/**
 * The price step (inferred; the venue sends none, only its rule): as many decimals as `szDecimals` leaves of six, but no
 * more than five significant digits, and whole numbers are always allowed. It depends on the price: 0.1 below 10,000 and
 * 1 above it for a coin with five decimals of size.
 */
export function tickSizeAt(price: number, szDecimals: number): number {
  const byDecimals = Math.max(0, mostDecimals - szDecimals);
  const byDigits = Math.max(0, significantDigits - 1 - Math.floor(Math.log10(price)));
  return Number(`1e-${Math.min(byDecimals, byDigits)}`);
}
