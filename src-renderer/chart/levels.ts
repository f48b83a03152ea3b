import type { GexProfile } from '../../src-main/contract/gamma.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import type { UnixMs } from '../../src-main/contract/market.ts';
import type { AmountUnit, SnapshotHead } from '../../src-main/contract/snapshot.ts';
import type { Source } from '../../src-main/contract/source.ts';
import { lowerBound } from './band-levels.ts';
import type { GexWall } from './gex-levels.ts';
import type { LevelMap } from './level-map.ts';

/** One line of the Levels table: what a band, a GEX strike or the flip says, with nothing rounded. */
export interface LevelRow {
  readonly price: number;
  /**
   * Which positions are liquidated here; `both` where the level holds both, `unknown` where the provider gives no side
   * and the price is not known. What is of GEX says `both`.
   */
  readonly side: 'long' | 'short' | 'both' | 'unknown';
  /** `inferred`: the provider gives no side; levels below the price are longs, above it shorts. */
  readonly sideBasis: 'given' | 'inferred';
  /** In `unit`; NaN for what is of GEX, and for what the provider says nothing of. */
  readonly long: number;
  readonly short: number;
  /** The level's amount where its side is `unknown`, else NaN. */
  readonly unsided: number;
  readonly unit: AmountUnit;
  /** Fraction of the last price; null while that is unknown. */
  readonly distance: number | null;
  readonly kind: 'cluster' | 'gex-strike' | 'gex-flip' | 'gex-call-wall' | 'gex-put-wall';
  /** USD of delta per 1 % move, of a wall its calls' or puts' alone; null for clusters and the flip. */
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

/** Every level of a map and a GEX profile, by price from the highest down; levels without any amount are left out. */
export const levelRows = (map: LevelMap | null, gex: GexProfile | null, price: number | null): LevelRow[] =>
  layerRows(map === null ? [] : [map], gex, price);

/** The same for any number of maps; a price that several have has a row for each, in the maps' order. */
export function layerRows(maps: readonly LevelMap[], gex: GexProfile | null, price: number | null): LevelRow[] {
  return [...maps.flatMap((map) => clusterRows(map, price)), ...gexRows(gex, price)].sort((a, b) => b.price - a.price);
}

function clusterRows(map: LevelMap, price: number | null): LevelRow[] {
  return Array.from(map.prices.keys(), (i) => clusterRow(map, i, price)).filter(
    ({ long, short, unsided }) => long > 0 || short > 0 || unsided > 0,
  );
}

function gexRows(gex: GexProfile | null, price: number | null): LevelRow[] {
  if (gex === null) return [];
  const rows = Array.from(gex.strikes.keys(), (i) => strikeRow(gex, i, price));
  if (gex.flipLevel !== null) rows.push(flipRow(gex, gex.flipLevel, price));
  return rows;
}

/** The level at an index of the map's columns. */
export function clusterRow(map: LevelMap, i: number, price: number | null): LevelRow {
  const level = map.prices[i] ?? NaN;
  return {
    price: level,
    ...(map.kind === 'liquidation-map' ? givenSides(map, i) : inferredSide(map, i, price)),
    unit: map.unit,
    distance: distanceFrom(price, level),
    kind: 'cluster',
    gamma: null,
    unitBasis: 'documented',
    source: map.source,
    ...timeOf(map, i),
  };
}

type Sided = Pick<LevelRow, 'side' | 'sideBasis' | 'long' | 'short' | 'unsided'>;

function givenSides(map: Extract<LevelMap, { kind: 'liquidation-map' }>, i: number): Sided {
  const long = map.longs[i] ?? NaN;
  const short = map.shorts[i] ?? NaN;
  const side = long > 0 && short > 0 ? 'both' : short > 0 ? 'short' : 'long';
  return { side, sideBasis: 'given', long, short, unsided: NaN };
}

function inferredSide(map: Extract<LevelMap, { kind: 'liquidation-profile' }>, i: number, price: number | null): Sided {
  const amount = map.amounts[i] ?? NaN;
  const side =
    price === null || !Number.isFinite(price) ? 'unknown' : i < lowerBound(map.prices, price) ? 'long' : 'short';
  const of = (wanted: Sided['side']) => (side === wanted ? amount : NaN);
  return { side, sideBasis: 'inferred', long: of('long'), short: of('short'), unsided: of('unknown') };
}

function timeOf(map: LevelMap, i: number): Pick<LevelRow, 'takenAt' | 'takenAtBasis'> {
  const own = map.kind === 'liquidation-map' ? (map.levelTimes[i] ?? NaN) : NaN;
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
  sideBasis: 'given',
  long: NaN,
  short: NaN,
  unsided: NaN,
  unit: 'usd',
  distance: distanceFrom(price, level),
  kind: 'gex-flip',
  gamma: null,
  unitBasis: gex.unitBasis,
  source: gex.source,
  takenAt: gex.takenAt,
  takenAtBasis: gex.takenAtBasis,
});

/** A wall that the profile names. */
export const wallRow = (gex: GexProfile, { kind, price: level, gamma }: GexWall, price: number | null): LevelRow => ({
  ...flipRow(gex, level, price),
  kind: kind === 'call-wall' ? 'gex-call-wall' : kind === 'put-wall' ? 'gex-put-wall' : 'gex-strike',
  gamma,
});
