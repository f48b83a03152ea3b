import type { AmountUnit } from '../../../src-main/contract/snapshot.ts';

const steps: Readonly<Record<AmountUnit, number>> = { usd: 100, coin: 1e8, relative: 1e8 };

/** A sum or a product to the cent, coins to their eighth digit: what floating point adds beyond that, nobody told. */
export const withoutNoise = (value: number, unit: AmountUnit): number => Math.round(value * steps[unit]) / steps[unit];
