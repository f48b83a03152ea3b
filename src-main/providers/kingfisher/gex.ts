import { z } from 'zod';
import type { GammaRegime, GexProfile } from '../../contract/gamma.ts';
import { at, extraOf, readShape, Unreadable } from '../parse.ts';
import { add, agreed, readRows, type Column } from '../parse/columns.ts';
import { anyNumber, orNaN, orNull, price, shapeOf } from '../parse/numbers.ts';
import { headOf, objectFor, type Asked } from './head.ts';

/** A strike named twice: exposures are added, the total is unknown where the two rows differ. */
const strikeColumns: readonly Column[] = [
  { field: 'strike', read: price, join: add },
  { field: 'gamma_exposure', read: anyNumber, join: add },
  { field: 'total_gamma', read: orNaN(anyNumber), join: agreed },
];

/** What a profile lacks that the provider made itself. */
const asGiven = {
  model: null,
  calls: new Float64Array(),
  puts: new Float64Array(),
  total: null,
  callWall: null,
  putWall: null,
} as const;

const regimes: ReadonlySet<string> = new Set<GammaRegime>(['positive', 'negative', 'neutral']);
/** The provider's word; one we do not know is no regime, and stays readable in `extra`. */
function regime(value: unknown): GammaRegime | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new Unreadable('is not text');
  const word = value.toLowerCase();
  return regimes.has(word) ? (word as GammaRegime) : null;
}

const shape = z.looseObject({ flip_level: shapeOf(orNull(price)), current_gex: shapeOf(regime) });
const fields = ['asset', 'timestamp', 'current_price', 'gex_profile', 'flip_level', 'current_gex'];

/**
 * `GET /gex/{asset}`, and (inferred: the same fields) the `data` of a `gex` push. Flip and regime are the provider's own,
 * never derived. The unit is not documented: dollars of delta per 1 % move are inferred from the sizes.
 * A push may come without a price; the price of another moment says nothing about this one, so there is none then.
 */
export function readGex(payload: unknown, asked: Asked): GexProfile {
  const isWhole = asked.transport === 'rest';
  const object = objectFor(asked, payload, isWhole);
  const currentPrice = at('.current_price', () => orNull(price)(object['current_price']));
  if (currentPrice === null && isWhole) throw new Unreadable('is missing', '.current_price');
  const { flip_level: flipLevel, current_gex } = readShape(shape, object);
  const rows = at('.gex_profile', () => readRows(object['gex_profile'], strikeColumns, 'gex_profile'));
  const [strikes, gammaExposure, totalGamma] = rows.columns as [Float64Array, Float64Array, Float64Array];
  const isUnknownWord = current_gex === null && typeof object['current_gex'] === 'string';
  const known = new Set(isUnknownWord ? fields.filter((field) => field !== 'current_gex') : fields);
  return {
    ...headOf('gex', asked, object, { extra: extraOf(object, known, rows.extra) }),
    unit: 'usd-per-percent',
    unitBasis: 'inferred',
    currentPrice,
    strikes,
    gammaExposure,
    totalGamma,
    flipLevel,
    regime: current_gex,
    positiveSide: positiveSideOf(currentPrice, flipLevel, current_gex),
    ...asGiven,
  };
}

/**
 * Which side of the flip is called positive, read off what the provider says of now: price below the flip and "positive"
 * means below. Kingfisher's own sample has it below, most of the field above, so it is never assumed.
 */
export function positiveSideOf(
  current: number | null,
  flip: number | null,
  now: GammaRegime | null,
): 'above' | 'below' | null {
  if (current === null || flip === null || current === flip || now === null || now === 'neutral') return null;
  return current > flip === (now === 'positive') ? 'above' : 'below';
}
