import type { Asset } from '../../contract/market.ts';
import type { FundingRates, OpenInterest } from '../../contract/positioning.ts';
import type { SnapshotHead, SnapshotKind } from '../../contract/snapshot.ts';
import type { Source } from '../../contract/source.ts';
import { at, extraOf, Unreadable, type JsonObject } from '../parse.ts';
import { unknownChange } from '../parse/day-change.ts';
import { anyNumber, price, size } from '../parse/numbers.ts';
import { time } from '../parse/times.ts';
import type { Moment } from './ask.ts';
import { onlyRow, symbolOf } from './instruments.ts';

export interface Asked extends Moment {
  readonly source: Source;
  readonly asset: Asset;
}

/** The venue's name in rows of several venues. */
const exchange = 'bybit';
const daysPerYear = 365;

/** Fields of a perpetual's row as documented. */
const known: ReadonlySet<string> = new Set([
  ...['symbol', 'lastPrice', 'indexPrice', 'markPrice', 'prevPrice24h', 'price24hPcnt', 'highPrice24h'],
  ...['lowPrice24h', 'prevPrice1h', 'openInterest', 'openInterestValue', 'turnover24h', 'volume24h', 'fundingRate'],
  ...['nextFundingTime', 'fundingIntervalHour', 'fundingCap', 'predictedDeliveryPrice', 'basisRate', 'basis'],
  ...['basisRateYear', 'deliveryFeeRate', 'deliveryTime', 'ask1Size', 'bid1Price', 'ask1Price', 'bid1Size'],
  ...['preOpenPrice', 'preQty', 'curPreListingPhase'],
]);

/** `openInterestValue` of `GET /v5/market/tickers` for one symbol: dollars (USDT), open on this venue's perpetual. */
export function readOpenInterest(result: JsonObject, asked: Asked): OpenInterest {
  const row = rowOf(result, asked);
  const openInterestUsd = at('.list[0].openInterestValue', () => size(row['openInterestValue']));
  return {
    ...headOf('open-interest', asked, row),
    totalUsd: null,
    exchanges: [{ exchange, openInterestUsd, ...unknownChange }],
  };
}

/** `fundingRate` of the same row, a fraction. */
export function readFunding(result: JsonObject, asked: Asked): FundingRates {
  const row = rowOf(result, asked);
  const rate = at('.list[0].fundingRate', () => anyNumber(row['fundingRate']));
  const nextFundingAt = at('.list[0].nextFundingTime', () => unlessNone(time)(row['nextFundingTime']));
  const hours = at('.list[0].fundingIntervalHour', () => unlessNone(price)(row['fundingIntervalHour']));
  const told = { exchange, rate, annualized: null, predicted: null, nextFundingAt, intervalHours: null };
  return withHours({ ...headOf('funding-rates', asked, row), basis: 'documented', exchanges: [told] }, hours);
}

/** With the hours between two fundings; annualized is ours: rate × intervals in 365 days. */
export function withHours(rates: FundingRates, intervalHours: number | null): FundingRates {
  const exchanges = rates.exchanges.map((row) => {
    const yearly = intervalHours === null || row.rate === null ? NaN : row.rate * (24 / intervalHours) * daysPerYear;
    return { ...row, intervalHours, annualized: Number.isFinite(yearly) ? yearly : null };
  });
  return { ...rates, exchanges };
}

/** The venue writes `""` or `"0"` for what there is none of. */
const unlessNone =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): T | null =>
    value === undefined || value === null || value === '' || value === '0' ? null : read(value);

function rowOf(result: JsonObject, { asset }: Asked): JsonObject {
  const row = onlyRow(result, symbolOf(asset));
  if (row === null) throw new Unreadable('names no instrument', '.list');
  return row;
}

function headOf<Kind extends SnapshotKind>(
  kind: Kind,
  { source, asset, time: takenAt, receivedAt }: Asked,
  row: JsonObject,
): SnapshotHead & { readonly kind: Kind } {
  return {
    ...{ kind, source, asset, variant: '', takenAt, takenAtBasis: 'provider', receivedAt, confirmedAt: receivedAt },
    ...{ transport: 'rest', extra: extraOf(row, known) },
  };
}
