import type { Instrument } from '../../contract/market.ts';
import type { FundingRates } from '../../contract/positioning.ts';
import { at, isObject, Unreadable } from '../parse.ts';
import { keptAnswer, type KeptAnswer } from '../parse/kept-answer.ts';
import { nullUnlessHad } from '../parse/null-unless-had.ts';
import { price, word } from '../parse/numbers.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';
import { fetchPremiumIndex } from './premium-index.ts';

/** Symbols that `GET /fapi/v1/fundingInfo` does not list are funded every 8 hours. */
const usualHours = 8;
const daysPerYear = 365;
/** The list is long and changes rarely. */
const listMs = 3_600_000;

/** Hours between two fundings, by symbol, where the exchange lists them. */
export type FundingIntervals = KeptAnswer<ReadonlyMap<string, number>>;

export const fundingIntervalsOf = (context: ProviderContext): FundingIntervals =>
  keptAnswer((signal) => ask(context, '/fapi/v1/fundingInfo', signal, readFundingInfo), {
    now: context.now,
    forMs: listMs,
  });

/** Adjusted symbols only; fields of others are not looked at. */
export function readFundingInfo(payload: unknown): ReadonlyMap<string, number> {
  if (!Array.isArray(payload)) throw new Unreadable('answered with something other than a list');
  return new Map(
    (payload as readonly unknown[]).map((row, index) =>
      at(`[${index}]`, () => {
        if (!isObject(row)) throw new Unreadable('is not an object');
        const symbol = at('.symbol', () => word(row['symbol']));
        return [symbol, at('.fundingIntervalHours', () => price(row['fundingIntervalHours']))];
      }),
    ),
  );
}

/** Rate of the running interval (`GET /fapi/v1/premiumIndex`); annualized is ours: rate × intervals in 365 days. */
export async function fetchFunding(
  context: ProviderContext,
  intervals: FundingIntervals,
  { symbol, asset }: Instrument,
  signal: AbortSignal,
): Promise<FundingRates> {
  const [premium, intervalHours] = await Promise.all([
    fetchPremiumIndex(context, symbol, signal),
    hoursOf(intervals, symbol, signal),
  ]);
  const rate = premium.fundingRate;
  const yearly = intervalHours === null ? NaN : rate * (24 / intervalHours) * daysPerYear;
  const annualized = Number.isFinite(yearly) ? yearly : null;
  return {
    kind: 'funding-rates',
    source: context.source,
    asset,
    variant: '',
    takenAt: premium.time,
    takenAtBasis: 'provider',
    receivedAt: premium.receivedAt,
    confirmedAt: premium.receivedAt,
    transport: 'rest',
    extra: premium.extra,
    basis: 'documented',
    exchanges: [
      { exchange: 'binance', rate, annualized, predicted: null, nextFundingAt: premium.nextFundingAt, intervalHours },
    ],
  };
}

/** Null when the list cannot be had now; what could not be read is recorded. */
async function hoursOf(intervals: FundingIntervals, symbol: string, signal: AbortSignal): Promise<number | null> {
  const listed = await nullUnlessHad(intervals.get(signal));
  return listed === null ? null : (listed.get(symbol) ?? usualHours);
}
