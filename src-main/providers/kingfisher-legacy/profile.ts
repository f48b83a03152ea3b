import type { LiquidationProfile } from '../../contract/liquidation.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { Source } from '../../contract/source.ts';
import { at, extraOf, isObject, Unreadable, type JsonObject } from '../parse.ts';
import { time } from '../parse/times.ts';
import { readClusters, type Clusters } from './clusters.ts';
import { variantOf, type MapChoice } from './map-choice.ts';

export interface AskedProfile {
  readonly source: Source;
  readonly asset: Asset;
  readonly choice: MapChoice;
  readonly receivedAt: UnixMs;
  /** The moment of the past that was asked for; null: the latest map. */
  readonly moment: UnixMs | null;
}

/**
 * `{result: {data}}`, the one part of an answer the document shows. Density has no unit. The time of the map is the
 * provider's where it sends one (inferred); else the moment that was asked for, and for the latest map that of arrival.
 */
export function readProfile(payload: unknown, asked: AskedProfile): LiquidationProfile {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const { result } = payload;
  if (result === undefined) throw new Unreadable('is missing', '.result');
  if (!isObject(result)) throw new Unreadable('is not an object', '.result');
  at('.result', () => checkPair(result, asked.choice));
  const clusters = at('.result.data', () => readClusters(result['data']));
  const own = timeOf(result, payload, asked.receivedAt);
  const { exchange, pair, type } = asked.choice;
  return {
    kind: 'liquidation-profile',
    source: asked.source,
    asset: asked.asset,
    variant: variantOf(asked.choice),
    takenAt: own?.at ?? asked.moment ?? asked.receivedAt,
    takenAtBasis: own === null ? 'received' : 'provider',
    receivedAt: asked.receivedAt,
    confirmedAt: asked.receivedAt,
    transport: 'rest',
    extra: keptOf(payload, result, clusters, own?.field ?? null),
    exchange,
    market: pair,
    leverage: type,
    unit: 'relative',
    prices: clusters.flat.prices,
    amounts: clusters.flat.values,
    longCurvePrices: clusters.longCurve.prices,
    longCurve: clusters.longCurve.values,
    shortCurvePrices: clusters.shortCurve.prices,
    shortCurve: clusters.shortCurve.values,
  };
}

/** Inferred: an answer that names a pair names the one it is of. `BTCUSDT` and `BTC/USDT:USDT` are `BTC/USDT`. */
function checkPair(result: JsonObject, { pair }: MapChoice): void {
  const named = result['pair'];
  if (typeof named !== 'string' || named.trim() === '') return;
  const letters = (text: string): string => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
  const [theirs, ours] = [letters(named), letters(pair)];
  if (theirs.startsWith(ours) || ours.startsWith(theirs)) return;
  throw new Unreadable(`is not ${pair}, which was asked for`, '.pair');
}

type TimeField = 'ts' | 'timestamp' | 'result.ts' | 'result.timestamp';
const skewMs = 5 * 60_000;

/** The first of the fields such answers use that holds a moment not after arrival; what else they hold stays in `extra`. */
function timeOf(
  result: JsonObject,
  payload: JsonObject,
  receivedAt: UnixMs,
): { readonly at: UnixMs; readonly field: TimeField } | null {
  const candidates: readonly [TimeField, unknown][] = [
    ['result.ts', result['ts']],
    ['result.timestamp', result['timestamp']],
    ['ts', payload['ts']],
    ['timestamp', payload['timestamp']],
  ];
  for (const [field, value] of candidates) {
    try {
      const moment = time(value);
      if (moment <= receivedAt + skewMs) return { at: moment, field };
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown;
    }
  }
  return null;
}

const mostExtra = 65_536;
const mostNames = 500;

/**
 * What the columns do not hold: names of the clusters with their rows, and every unknown field. Where that is larger than
 * all the rest put together, only names.
 */
function keptOf(
  payload: JsonObject,
  result: JsonObject,
  { rowsByName, others, furtherColumns }: Clusters,
  timeField: TimeField | null,
): string | null {
  const isNew = (field: string): boolean => field !== 'data' && timeField !== `result.${field}`;
  const unknownResult = Object.fromEntries(Object.entries(result).filter(([field]) => isNew(field)));
  const known = new Set(['result', ...(timeField === null ? [] : [timeField])]);
  const counts = [...rowsByName];
  const parts = {
    result: unknownResult,
    'result.data': { ...others, ...Object.fromEntries(counts.slice(0, mostNames)) },
    'result.data[][2…]': furtherColumns,
  };
  const filled = Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0));
  const extra = extraOf(payload, known, filled);
  if (extra === null || extra.length <= mostExtra) return extra;
  const names = (object: JsonObject): string[] =>
    Object.keys(object)
      .slice(0, mostNames)
      .map((name) => name.slice(0, 60));
  return JSON.stringify({
    'names only': { answer: names(payload), result: names(result), data: names(Object.fromEntries(rowsByName)) },
  });
}
