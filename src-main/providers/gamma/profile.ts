import type { GammaRegime, GexProfile } from '../../contract/gamma.ts';
import { gammaOf, yearsUntil } from './black-76.ts';
import { exposureOf, inOrder, type Chain, type ChainOption } from './chain.ts';
import { curveOf, flipOf } from './flip.ts';
import { callWallOf, putWallOf } from './walls.ts';

/** More digits of a straight line between two points of the grid, a tenth of a percent apart, would feign a precision. */
const flipDigits = 7;

/** What follows from a chain. Columns ascending by strike; `total` is exactly the sum of `gammaExposure` in that order. */
export type ProfileParts = Pick<
  GexProfile,
  | 'strikes'
  | 'calls'
  | 'puts'
  | 'gammaExposure'
  | 'totalGamma'
  | 'flipLevel'
  | 'regime'
  | 'positiveSide'
  | 'callWall'
  | 'putWall'
> & { readonly total: number };

/** Pure, and the same for any order of the options. Dealers are taken to be long the calls and short the puts. */
export function profileOf(chain: Chain): ProfileParts {
  const strikes: number[] = [];
  const calls: number[] = [];
  const puts: number[] = [];
  for (const option of inOrder(chain.options)) {
    if (strikes.at(-1) !== option.strike) {
      strikes.push(option.strike);
      calls.push(0);
      puts.push(0);
    }
    const exposure = exposureOf(gammaNow(option, chain), option.openInterest, chain.spot);
    if (option.type === 'call') calls[calls.length - 1]! += exposure;
    else puts[puts.length - 1]! -= exposure;
  }
  const columns = {
    strikes: Float64Array.from(strikes),
    calls: Float64Array.from(calls),
    puts: Float64Array.from(puts),
  };
  const gammaExposure = columns.calls.map((call, row) => call + columns.puts[row]!);
  const total = gammaExposure.reduce((sum, exposure) => sum + exposure, 0);
  const flip = flipOf(curveOf(chain), chain.spot);
  return {
    ...columns,
    gammaExposure,
    totalGamma: new Float64Array(strikes.length).fill(NaN),
    total,
    flipLevel: flip === null ? null : Number(flip.level.toPrecision(flipDigits)),
    positiveSide: flip?.positiveSide ?? null,
    regime: regimeOf(total),
    callWall: callWallOf(columns.strikes, columns.calls),
    putWall: putWallOf(columns.strikes, columns.puts),
  };
}

/** An option that has expired has none, whatever the exchange still says. */
function gammaNow(option: ChainOption, chain: Chain): number {
  const years = yearsUntil(option.expiry, chain.at);
  if (!(years > 0)) return 0;
  return option.gamma ?? gammaOf({ ...option, years });
}

const regimeOf = (total: number): GammaRegime => (total > 0 ? 'positive' : total < 0 ? 'negative' : 'neutral');
