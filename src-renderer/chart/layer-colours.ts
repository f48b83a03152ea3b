import type { ProviderId } from '../../src-main/contract/source.ts';
import { mapProviders } from '../../src-main/contract/source.ts';

/** Red, green, blue 0…255 and alpha 0…1. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** Colours of one side's amounts, weakest to strongest; lightness carries the amount, so hue is never needed alone. */
export type RampStops = readonly Rgba[];

/** What tells layers apart without their hues. */
export type Texture = 'solid' | 'hatch' | 'stripes';

/** Which positions a level is of; `unknown` where the provider gives no side and no price tells one. */
export type LevelSide = 'long' | 'short' | 'unknown';

/** Everything one map is drawn with. */
export interface LayerColours {
  readonly texture: Texture;
  readonly ramps: Readonly<Record<LevelSide, RampStops>>;
  /** For texts, and for marks too thin for a ramp. */
  readonly texts: Readonly<Record<LevelSide, string>>;
}

/** One for each map provider, in their order. */
export type LayerFamilies = readonly LayerColours[];

export const darkFamilies: LayerFamilies = [
  {
    texture: 'solid',
    ramps: {
      long: [
        [10, 84, 92, 0.12],
        [18, 142, 152, 0.3],
        [64, 216, 232, 0.6],
      ],
      short: [
        [110, 66, 10, 0.14],
        [188, 110, 20, 0.31],
        [255, 156, 58, 0.68],
      ],
      unknown: [
        [84, 92, 104, 0.14],
        [134, 144, 158, 0.3],
        [198, 208, 220, 0.58],
      ],
    },
    texts: { long: '#62dbe6', short: '#ffb361', unknown: '#b9c4d2' },
  },
  {
    texture: 'hatch',
    ramps: {
      long: [
        [18, 88, 50, 0.16],
        [40, 152, 90, 0.34],
        [104, 222, 146, 0.66],
      ],
      short: [
        [112, 30, 64, 0.18],
        [194, 68, 118, 0.36],
        [255, 128, 176, 0.7],
      ],
      unknown: [
        [84, 92, 104, 0.16],
        [134, 144, 158, 0.34],
        [198, 208, 220, 0.58],
      ],
    },
    texts: { long: '#74d99a', short: '#ff9cc2', unknown: '#b9c4d2' },
  },
  {
    texture: 'stripes',
    ramps: {
      long: [
        [82, 92, 14, 0.18],
        [144, 160, 38, 0.36],
        [210, 230, 90, 0.62],
      ],
      short: [
        [116, 28, 30, 0.2],
        [194, 52, 56, 0.38],
        [255, 104, 104, 0.74],
      ],
      unknown: [
        [84, 92, 104, 0.16],
        [134, 144, 158, 0.34],
        [198, 208, 220, 0.58],
      ],
    },
    texts: { long: '#cfe06a', short: '#ff8080', unknown: '#b9c4d2' },
  },
];

export const lightFamilies: LayerFamilies = [
  {
    texture: 'solid',
    ramps: {
      long: [
        [120, 206, 212, 0.16],
        [46, 168, 178, 0.36],
        [0, 122, 138, 0.72],
      ],
      short: [
        [246, 196, 120, 0.2],
        [234, 148, 52, 0.4],
        [196, 86, 0, 0.78],
      ],
      unknown: [
        [190, 198, 208, 0.2],
        [130, 140, 152, 0.38],
        [70, 80, 92, 0.7],
      ],
    },
    texts: { long: '#006c78', short: '#9c4a00', unknown: '#434e5d' },
  },
  {
    texture: 'hatch',
    ramps: {
      long: [
        [140, 208, 162, 0.26],
        [58, 166, 102, 0.5],
        [0, 118, 58, 0.84],
      ],
      short: [
        [246, 178, 204, 0.28],
        [222, 98, 150, 0.52],
        [182, 18, 92, 0.84],
      ],
      unknown: [
        [190, 198, 208, 0.26],
        [130, 140, 152, 0.5],
        [70, 80, 92, 0.8],
      ],
    },
    texts: { long: '#00693a', short: '#a3155a', unknown: '#434e5d' },
  },
  {
    texture: 'stripes',
    ramps: {
      long: [
        [208, 220, 118, 0.3],
        [156, 168, 36, 0.54],
        [98, 112, 0, 0.86],
      ],
      short: [
        [246, 172, 172, 0.3],
        [224, 84, 84, 0.54],
        [186, 20, 28, 0.84],
      ],
      unknown: [
        [190, 198, 208, 0.26],
        [130, 140, 152, 0.5],
        [70, 80, 92, 0.8],
      ],
    },
    texts: { long: '#586400', short: '#a8141e', unknown: '#434e5d' },
  },
];

/** Throws for a provider that has no map. */
export function coloursOf(families: LayerFamilies, provider: ProviderId): LayerColours {
  const colours = families[(mapProviders as readonly ProviderId[]).indexOf(provider)];
  if (colours === undefined) throw new Error(`${provider} has no map`);
  return colours;
}
