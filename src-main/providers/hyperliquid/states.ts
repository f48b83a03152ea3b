import { z } from 'zod';
import type { Asset, Instrument, Quote, UnixMs } from '../../contract/market.ts';
import type { FundingRates, OpenInterest } from '../../contract/positioning.ts';
import type { SnapshotHead, SnapshotKind } from '../../contract/snapshot.ts';
import type { Source } from '../../contract/source.ts';
import { at, extraOf, readShape, Unreadable } from '../parse.ts';
import { unknownChange } from '../parse/day-change.ts';
import { anyNumber, orNull, price, shapeOf, size } from '../parse/numbers.ts';
import type { UniverseRow } from './universe.ts';

export interface Asked {
  readonly source: Source;
  readonly asset: Asset;
  readonly receivedAt: UnixMs;
}

const exchange = 'hyperliquid';
/** Documented: funding is paid every hour, and `funding` is the rate of that hour. */
const fundingHours = 1;
const hoursPerYear = 24 * 365;

/** A new perpetual has no price of the day before; `midPx` is null while the order book is empty. */
const quoteShape = z.looseObject({
  markPx: shapeOf(price),
  midPx: shapeOf(orNull(price)),
  prevDayPx: shapeOf(orNull(size)),
});
const interestShape = z.looseObject({ openInterest: shapeOf(size), markPx: shapeOf(price) });
const fundingShape = z.looseObject({ funding: shapeOf(anyNumber) });

/** Fields of a perpetual's state as documented. */
const fields: ReadonlySet<string> = new Set([
  ...['dayNtlVlm', 'dayBaseVlm', 'funding', 'impactPxs', 'markPx', 'midPx'],
  ...['openInterest', 'oraclePx', 'premium', 'prevDayPx'],
]);

/** Price: middle of the order book, or the mark price where it is empty. The venue sends no time: that of arrival. */
export function readQuote({ state, statePath }: UniverseRow, instrument: Instrument, receivedAt: UnixMs): Quote {
  const { markPx, midPx, prevDayPx } = at(statePath, () => readShape(quoteShape, state));
  const price24hAgo = prevDayPx === 0 ? null : prevDayPx;
  return { instrument, price: midPx ?? markPx, time: receivedAt, receivedAt, price24hAgo };
}

/** `openInterest` is in coins; the dollars are ours: coins × mark price. One venue is no total. */
export function readOpenInterest(row: UniverseRow, asked: Asked): OpenInterest {
  const { openInterest, markPx } = at(row.statePath, () => readShape(interestShape, row.state));
  const openInterestUsd = openInterest * markPx;
  if (!Number.isFinite(openInterestUsd)) {
    throw new Unreadable('is too large for a number', `${row.statePath}.openInterest`);
  }
  return {
    ...headOf('open-interest', row, asked),
    totalUsd: null,
    exchanges: [{ exchange, openInterestUsd, ...unknownChange }],
  };
}

/** `funding` is a fraction an hour; annualized is ours: × 24 × 365. */
export function readFunding(row: UniverseRow, asked: Asked): FundingRates {
  const { funding: rate } = at(row.statePath, () => readShape(fundingShape, row.state));
  const yearly = rate * (hoursPerYear / fundingHours);
  return {
    ...headOf('funding-rates', row, asked),
    basis: 'documented',
    exchanges: [
      {
        ...{ exchange, rate, annualized: Number.isFinite(yearly) ? yearly : null, predicted: null },
        ...{ nextFundingAt: null, intervalHours: fundingHours },
      },
    ],
  };
}

function headOf<Kind extends SnapshotKind>(
  kind: Kind,
  { state, statePath }: UniverseRow,
  { source, asset, receivedAt }: Asked,
): SnapshotHead & { readonly kind: Kind } {
  return {
    ...{ kind, source, asset, variant: '', takenAt: receivedAt, takenAtBasis: 'received', receivedAt },
    ...{ confirmedAt: receivedAt, transport: 'rest', extra: at(statePath, () => extraOf(state, fields)) },
  };
}
