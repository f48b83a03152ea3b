import { z } from 'zod';
import type { UnixMs } from '../../contract/market.ts';
import { extraOf, isObject, readShape, Unreadable } from '../parse.ts';
import { anyNumber, price, shapeOf, word } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';

export interface PremiumIndex {
  readonly markPrice: number;
  /** Fraction of the position, of the running interval. */
  readonly fundingRate: number;
  readonly nextFundingAt: UnixMs;
  readonly time: UnixMs;
  readonly receivedAt: UnixMs;
  readonly extra: string | null;
}

const shape = z.looseObject({
  symbol: shapeOf(word),
  markPrice: shapeOf(price),
  lastFundingRate: shapeOf(anyNumber),
  nextFundingTime: shapeOf(time),
  time: shapeOf(time),
});
const fields: ReadonlySet<string> = new Set([
  ...Object.keys(shape.shape),
  ...['indexPrice', 'estimatedSettlePrice', 'interestRate'],
]);

/** `GET /fapi/v1/premiumIndex` of one symbol: mark price and funding. */
export function fetchPremiumIndex(
  context: ProviderContext,
  symbol: string,
  signal: AbortSignal,
): Promise<PremiumIndex> {
  return ask(context, `/fapi/v1/premiumIndex?symbol=${symbol}`, signal, (payload, receivedAt) => ({
    ...readPremiumIndex(payload, symbol),
    receivedAt,
  }));
}

export function readPremiumIndex(payload: unknown, symbol: string): Omit<PremiumIndex, 'receivedAt'> {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const read = readShape(shape, payload);
  checkSymbol(read.symbol, symbol);
  return {
    markPrice: read.markPrice,
    fundingRate: read.lastFundingRate,
    nextFundingAt: read.nextFundingTime,
    time: read.time,
    extra: extraOf(payload, fields),
  };
}

export function checkSymbol(named: string, asked: string): void {
  if (named !== asked) throw new Unreadable(`is not ${asked}, which was asked for`, '.symbol');
}
