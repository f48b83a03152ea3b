import { z } from 'zod';
import type { Instrument } from '../../contract/market.ts';
import type { FundingRates } from '../../contract/positioning.ts';
import { extraOf, readShape } from '../parse.ts';
import { anyNumber, shapeOf } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { ProviderContext } from '../provider.ts';
import { ask, onlyRow } from './ask.ts';

const shape = z.looseObject({
  fundingRate: shapeOf(anyNumber),
  fundingTime: shapeOf(time),
  nextFundingTime: shapeOf(time),
  ts: shapeOf(time),
});
const fields: ReadonlySet<string> = new Set([
  ...Object.keys(shape.shape),
  ...['instId', 'instType', 'method', 'formulaType', 'nextFundingRate', 'minFundingRate', 'maxFundingRate'],
  ...['interestRate', 'impactValue', 'settState', 'settFundingRate', 'premium'],
]);
const hourMs = 3_600_000;
const daysPerYear = 365;

/**
 * `GET /api/v5/public/funding-rate`: the rate predicted for the next settlement, at `fundingTime`. The interval is the
 * time from there to the settlement after it; annualized is ours: rate × intervals in 365 days.
 */
export function fetchFunding(
  context: ProviderContext,
  { symbol, asset }: Instrument,
  signal: AbortSignal,
): Promise<FundingRates> {
  return ask(context, `/api/v5/public/funding-rate?instId=${symbol}`, signal, (data, receivedAt) => ({
    kind: 'funding-rates',
    source: context.source,
    asset,
    variant: '',
    takenAtBasis: 'provider',
    receivedAt,
    confirmedAt: receivedAt,
    transport: 'rest',
    basis: 'documented',
    ...readFunding(data, symbol),
  }));
}

export function readFunding(data: unknown, instId: string): Pick<FundingRates, 'takenAt' | 'extra' | 'exchanges'> {
  return onlyRow(data, instId, (row) => {
    const { fundingRate: rate, fundingTime, nextFundingTime, ts } = readShape(shape, row);
    const hours = (nextFundingTime - fundingTime) / hourMs;
    const yearly = rate * (24 / hours) * daysPerYear;
    const isInterval = hours > 0;
    return {
      takenAt: ts,
      extra: extraOf(row, fields),
      exchanges: [
        {
          exchange: 'okx',
          rate,
          annualized: isInterval && Number.isFinite(yearly) ? yearly : null,
          predicted: null,
          nextFundingAt: fundingTime,
          intervalHours: isInterval ? hours : null,
        },
      ],
    };
  });
}
