import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import { exactNumber, formatPrice } from '../../format/price.ts';
import { providerName } from '../../format/source.ts';

/** How a computed profile was made, a sentence for each assumption and input; empty for one as the provider gave it. */
export function modelSentences(gex: GexProfile): readonly string[] {
  const { model } = gex;
  if (model === null) return [];
  const name = providerName(gex.source.provider);
  const left =
    model.omitted === 0
      ? ''
      : ` ${count(model.omitted, 'option')} expired or without open interest or volatility left out.`;
  return [
    `Halcyon made this from ${name}’s public option chain; ${name} gives no gamma exposure itself.`,
    'Sign model: dealers are taken to be long every call and short every put, so that calls count plus and puts minus. That is an assumption; no exchange tells who holds what.',
    `Each option counts gamma × open interest × spot² × 1 %: US dollars of delta for a move of 1 %.`,
    model.gamma === 'exchange'
      ? `Gamma is ${name}’s own.`
      : `Gamma is computed by Black-76 (no interest, years of 365 days) from ${name}’s volatility (${model.volatility}).`,
    `Spot: ${model.spot}${gex.currentPrice === null ? '' : `, ${exactNumber(gex.currentPrice)}`}.`,
    `${count(model.options, 'option')} of ${count(model.expiries, 'expiry', 'expiries')} with ${formatPrice(model.openInterest, 0.1)} ${gex.asset} of open interest.${left}`,
    'Flip level: all options re-priced over a grid of spots from −20 % to +20 %; where their total changes its sign, nearest to the spot.',
    'Regime: the sign of the total. Walls: the strike with the largest call exposure, and the one with the most negative put exposure.',
  ];
}

/** Why there is no flip level, in one sentence. */
export const whyNoFlip = (gex: GexProfile): string =>
  gex.model === null
    ? `${providerName(gex.source.provider)} sent no flip level; Halcyon derives none.`
    : 'The total does not change its sign within ±20 % of the spot.';

const count = (value: number, one: string, many = `${one}s`): string =>
  `${exactNumber(value)} ${value === 1 ? one : many}`;
