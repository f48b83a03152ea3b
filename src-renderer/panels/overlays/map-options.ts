import type { OptionField } from '../../../src-main/contract/provider-status.ts';
import type { MapProvider } from '../../../src-main/contract/source.ts';

/** Options that are not of the map; they stand on the provider's card alone. */
const elsewhere: Partial<Readonly<Record<MapProvider, readonly string[]>>> = {
  kiyotaka: ['interval', 'exchanges'],
};

export const mapOptions = (provider: MapProvider, options: readonly OptionField[]): readonly OptionField[] =>
  options.filter(({ name }) => elsewhere[provider]?.includes(name) !== true);
