import type { LiquidationProfile } from '../../contract/liquidation.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { Source } from '../../contract/source.ts';
import { extraOf, Unreadable, type JsonObject } from '../parse.ts';
import { heatmapVariant, includedDepth, type Choices } from './choices.ts';
import { readColumns } from './columns.ts';
import { readSeries, type Series } from './series.ts';

export interface HeatmapAsked {
  readonly source: Source;
  readonly asset: Asset;
  readonly choices: Choices;
  readonly from: UnixMs;
  /** Itself not asked for. */
  readonly to: UnixMs;
}

/** `flat`: one list of numbers, the form for many columns. `from` and `period` are SECONDS. */
export function heatmapPath({ asset, choices, from, to }: HeatmapAsked, form: 'levels' | 'flat'): string {
  const { heatmapInterval, unit, maxDepth } = choices;
  return [
    `/v1/points?type=HYPERLIQUID_LIQUIDATION_AGG&coin=${asset}&interval=${heatmapInterval}`,
    `from=${Math.floor(from / 1000)}&period=${Math.max(1, Math.ceil((to - from) / 1000))}`,
    ...(unit === 'usd' ? ['transform.normalize.quote=USD'] : []),
    ...(maxDepth === includedDepth ? [] : [`maxDepth=${maxDepth}`]),
    ...(form === 'flat' ? ['flatten=true'] : []),
  ].join('&');
}

export interface Heatmap {
  /** Ascending by `takenAt`, none outside what was asked for. */
  readonly profiles: readonly LiquidationProfile[];
  /** Whether the answer holds a series for the coin at all. */
  readonly isCovered: boolean;
}

const known = {
  payload: new Set(['series']),
  series: new Set(['id', 'points', 'flat_points']),
  id: new Set(['type', 'interval', 'coin', 'exchange', 'rawSymbol', 'normalizedSymbol', 'category', 'side']),
} as const;

/** An answer does not name its unit: it is what the request asked for. */
export function readHeatmap(payload: unknown, asked: HeatmapAsked, receivedAt: UnixMs): Heatmap {
  const { source, asset, choices, from, to } = asked;
  const all = readSeries(payload, {
    type: 'HYPERLIQUID_LIQUIDATION_AGG',
    interval: choices.heatmapInterval,
    coin: asset,
    mustName: true,
  });
  if (all.length > 1) throw new Unreadable(`holds ${all.length} series where one was asked for`, '.series');
  const [series] = all;
  if (!series) return { profiles: [], isCovered: false };
  const columns = readColumns(series).filter(({ time }) => time >= from && time < to);
  const variant = heatmapVariant(choices);
  const profiles = columns.map(({ time, prices, amounts, unknown }, index): LiquidationProfile => {
    // What is around the columns is kept once, with the newest.
    const around = index === columns.length - 1 ? unknownAround(payload as JsonObject, series) : {};
    return {
      kind: 'liquidation-profile',
      source,
      asset,
      variant,
      takenAt: time,
      takenAtBasis: 'provider',
      receivedAt,
      confirmedAt: receivedAt,
      transport: 'rest',
      extra: extraOf({ ...around, ...(Object.keys(unknown).length === 0 ? {} : { Point: unknown }) }, new Set()),
      exchange: 'HYPERLIQUID',
      market: asset,
      leverage: null,
      unit: choices.unit,
      prices,
      amounts,
      longCurvePrices: new Float64Array(0),
      longCurve: new Float64Array(0),
      shortCurvePrices: new Float64Array(0),
      shortCurve: new Float64Array(0),
    };
  });
  return { profiles, isCovered: true };
}

function unknownAround(payload: JsonObject, { object, id }: Series): JsonObject {
  const series = rest(object, known.series);
  const ofId = rest(id, known.id);
  return {
    ...rest(payload, known.payload),
    ...(Object.keys(series).length === 0 ? {} : { 'series[]': series }),
    ...(Object.keys(ofId).length === 0 ? {} : { id: ofId }),
  };
}

const rest = (object: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));
