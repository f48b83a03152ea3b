import type { FundingRates } from '../../contract/positioning.ts';
import { at, extraOf, isObject, member, Unreadable, type JsonObject } from '../parse.ts';
import { anyNumber, orNull, price, word } from '../parse/numbers.ts';
import { timeOrNull } from '../parse/times.ts';
import { fieldReader, headOf, objectFor, plainFields, type Asked } from './head.ts';

/*
 * Inferred throughout. Documented is only: "per-exchange rates, annualized calculations, and predicted next rate (Elite)".
 * Read are a list of rows, an object of rows by exchange, and an object of bare rates by exchange, under any of these names.
 */
const containers = ['funding_rates', 'rates', 'exchange_breakdown', 'exchanges', 'data'] as const;
const exchangeNames = ['exchange', 'venue', 'name'] as const;
const rateNames = ['rate', 'funding_rate', 'current_rate', 'current'] as const;
const annualizedNames = ['annualized', 'annualized_rate', 'rate_annualized', 'annual_rate', 'apr'] as const;
const predictedNames = ['predicted', 'predicted_rate', 'predicted_next', 'predicted_next_rate', 'next_rate'] as const;
const nextNames = ['next_funding_at', 'next_funding_time', 'next_funding'] as const;
const hourNames = ['interval_hours', 'funding_interval_hours'] as const;

type Row = FundingRates['exchanges'][number];

/** `GET /funding-rates/{asset}`, and the `data` of a `funding_rates` push: there also the row of one exchange alone. */
export function readFunding(payload: unknown, asked: Asked): FundingRates {
  const object = Array.isArray(payload) ? { rates: payload as unknown } : objectFor(asked, payload, false);
  const container = containers.find((name) => object[name] !== undefined);
  const unknown: Record<string, unknown> = {};
  const used = new Set<string>(plainFields);
  let exchanges: Row[];
  if (container !== undefined) {
    used.add(container);
    exchanges = at(Array.isArray(payload) ? '' : member(container), () =>
      readRowsOf(object[container], container, unknown),
    );
  } else if (rateNames.some((name) => object[name] !== undefined)) {
    exchanges = [readRow(object, null, used)];
  } else {
    throw new Unreadable('is missing', '.funding_rates');
  }
  return {
    ...headOf('funding-rates', asked, object, { extra: extraOf(object, used, unknown) }),
    basis: 'inferred',
    exchanges,
  };
}

function readRowsOf(rows: unknown, container: string, unknown: Record<string, unknown>): Row[] {
  const read = (item: unknown, key: string | number): Row => {
    const step = typeof key === 'number' ? `[${key}]` : member(key);
    return at(step, () => {
      if (typeof key === 'string' && !isObject(item)) return bareRate(key, item);
      if (!isObject(item)) throw new Unreadable('is not an object');
      const used = new Set<string>();
      const row = readRow(item, typeof key === 'string' ? key : null, used);
      const more = extraOf(item, used);
      if (more !== null) unknown[`${container}${step}`] = JSON.parse(more);
      return row;
    });
  };
  if (Array.isArray(rows)) return (rows as readonly unknown[]).map((item, index) => read(item, index));
  if (isObject(rows)) return Object.entries(rows).map(([key, item]) => read(item, key));
  throw new Unreadable('is neither a list nor an object');
}

const bareRate = (exchange: string, rate: unknown): Row => ({
  exchange: word(exchange),
  rate: orNull(anyNumber)(rate),
  annualized: null,
  predicted: null,
  nextFundingAt: null,
  intervalHours: null,
});

function readRow(item: JsonObject, exchange: string | null, used: Set<string>): Row {
  const field = fieldReader(item, used);
  if (![...rateNames, ...annualizedNames, ...predictedNames].some((name) => item[name] !== undefined)) {
    throw new Unreadable('is missing', '.rate');
  }
  return {
    exchange: exchange === null ? field(exchangeNames, word) : word(exchange),
    rate: field(rateNames, orNull(anyNumber)),
    annualized: field(annualizedNames, orNull(anyNumber)),
    predicted: field(predictedNames, orNull(anyNumber)),
    nextFundingAt: field(nextNames, timeOrNull),
    intervalHours: field(hourNames, orNull(price)),
  };
}
