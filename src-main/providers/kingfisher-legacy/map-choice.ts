import { failure, FailureError } from '../../contract/failure.ts';
import type { Asset } from '../../contract/market.ts';
import type { Options } from '../provider.ts';
import { providerName } from './errors.ts';
import { kingfisherLegacyInfo } from './info.ts';

export const mapEndpoint = '/api/private/map/latest';

/** The three parameters of a map, as they are sent. */
export interface MapChoice {
  readonly exchange: string;
  readonly pair: string;
  readonly type: string;
}

/** What the options ask for of an asset, not checked. */
export function chosen(asset: Asset, options: Options): MapChoice {
  const option = (name: keyof MapChoice): string => {
    const fallback = kingfisherLegacyInfo.options.find((field) => field.name === name)?.fallback ?? '';
    return (options[name] ?? fallback).trim();
  };
  return {
    exchange: option('exchange'),
    pair: option('pair').replaceAll('{asset}', () => asset),
    type: option('type'),
  };
}

export const variantOf = ({ exchange, pair, type }: MapChoice): string => `${exchange}/${pair}/${type}`;

const labels = { exchange: 'exchange', pair: 'pair', type: 'leverage class' } as const;
const printable = /^[\p{L}\p{N}\p{P}\p{S} ]{1,60}$/u;

/** The words are the provider's own and change without notice, so only nonsense is refused. Throws `bad-request`. */
export function checked(choice: MapChoice): MapChoice {
  for (const name of ['exchange', 'pair', 'type'] as const) {
    if (printable.test(choice[name])) continue;
    const what = `The ${labels[name]} set for ${providerName} is not usable`;
    const message = `${what}: write 1 to 60 letters, digits or signs in Settings → Providers.`;
    throw new FailureError(failure('bad-request', message));
  }
  return choice;
}

/**
 * The same for data that will carry the asset's name. A pair written out is the same for every asset; a map of one must
 * not pass for a map of another. Throws `bad-request` and, for a pair of another asset, `unsupported`.
 */
export function checkedFor(asset: Asset, options: Options): MapChoice {
  const choice = checked(chosen(asset, options));
  const names = asset === 'BTC' ? ['BTC', 'XBT'] : [asset];
  if (names.some((name) => choice.pair.toUpperCase().includes(name))) return choice;
  const message = `${providerName} is set to the pair ${choice.pair}, which is not one of ${asset}. Write {asset} in its place in Settings → Providers to have every asset’s own.`;
  throw new FailureError(failure('unsupported', message));
}
