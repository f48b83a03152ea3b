import type { GexProfile } from '../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../src-main/contract/liquidation.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import type { UnixMs } from '../../src-main/contract/market.ts';
import type { AmountUnit, SnapshotHead } from '../../src-main/contract/snapshot.ts';
import type { Source } from '../../src-main/contract/source.ts';

/** One line of the Levels table: what a band, a GEX strike or the flip says, with nothing rounded. */
export interface LevelRow {
  readonly price: number;
  /** Which positions are liquidated here; `both` where the level holds both. Strikes and flip say `both`. */
  readonly side: 'long' | 'short' | 'both';
  /** In `unit`; NaN for strikes and flip. */
  readonly long: number;
  readonly short: number;
  readonly unit: AmountUnit;
  /** Fraction of the last price; null while that is unknown. */
  readonly distance: number | null;
  readonly kind: 'cluster' | 'gex-strike' | 'gex-flip';
  /** USD of delta per 1 % move; null for clusters and the flip. */
  readonly gamma: number | null;
  /** Whether the provider names the unit of the amounts or of `gamma`; where there is neither it says nothing. */
  readonly unitBasis: GexProfile['unitBasis'];
  readonly source: Source;
  /** The level's own time where the provider gave one, else its snapshot's. */
  readonly takenAt: UnixMs;
  /** Whose clock `takenAt` is of: the provider's, or ours at arrival. */
  readonly takenAtBasis: SnapshotHead['takenAtBasis'];
}

/** How far a level is from the price, as a fraction of the price; null when the price is unknown. */
export function distanceFrom(price: number | null, level: number): number | null {
  return price !== null && price > 0 && Number.isFinite(price) ? (level - price) / price : null;
}

/** Every level of a map and a profile, by price from the highest down; levels without any amount are left out. */
export function levelRows(map: LiquidationMap | null, gex: GexProfile | null, price: number | null): LevelRow[] {
  return [...clusterRows(map, price), ...gexRows(gex, price)].sort((a, b) => b.price - a.price);
}

function clusterRows(map: LiquidationMap | null, price: number | null): LevelRow[] {
  if (map === null) return [];
  return Array.from(map.prices.keys(), (i) => clusterRow(map, i, price)).filter(
    ({ long, short }) => long > 0 || short > 0,
  );
}

function gexRows(gex: GexProfile | null, price: number | null): LevelRow[] {
  if (gex === null) return [];
  const rows = Array.from(gex.strikes.keys(), (i) => strikeRow(gex, i, price));
  if (gex.flipLevel !== null) rows.push(flipRow(gex, gex.flipLevel, price));
  return rows;
}

/** The level at an index of the map's columns. */
export function clusterRow(map: LiquidationMap, i: number, price: number | null): LevelRow {
  const level = map.prices[i] ?? NaN;
  const long = map.longs[i] ?? NaN;
  const short = map.shorts[i] ?? NaN;
  const side = long > 0 && short > 0 ? 'both' : short > 0 ? 'short' : 'long';
  return {
    price: level,
    side,
    long,
    short,
    unit: map.unit,
    distance: distanceFrom(price, level),
    kind: 'cluster',
    gamma: null,
    unitBasis: 'documented',
    source: map.source,
    ...timeOf(map, i),
  };
}

function timeOf(map: LiquidationMap, i: number): Pick<LevelRow, 'takenAt' | 'takenAtBasis'> {
  const own = map.levelTimes[i] ?? NaN;
  return Number.isFinite(own)
    ? { takenAt: unixMs(own), takenAtBasis: 'provider' }
    : { takenAt: map.takenAt, takenAtBasis: map.takenAtBasis };
}

/** The strike at an index of the profile's columns. */
export const strikeRow = (gex: GexProfile, i: number, price: number | null): LevelRow => ({
  ...flipRow(gex, gex.strikes[i] ?? NaN, price),
  kind: 'gex-strike',
  gamma: gex.gammaExposure[i] ?? NaN,
});

export const flipRow = (gex: GexProfile, level: number, price: number | null): LevelRow => ({
  price: level,
  side: 'both',
  long: NaN,
  short: NaN,
  unit: 'usd',
  distance: distanceFrom(price, level),
  kind: 'gex-flip',
  gamma: null,
  unitBasis: gex.unitBasis,
  source: gex.source,
  takenAt: gex.takenAt,
  takenAtBasis: gex.takenAtBasis,
});
