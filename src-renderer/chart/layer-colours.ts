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

/** A side's colours from its weakest to its strongest amounts, their alphas, and the colour of its texts. */
interface Side {
  readonly stops: readonly [string, string, string];
  readonly alphas: readonly [number, number, number];
  readonly text: string;
}
/** The sides of each layer, and the greys of where no side is known: only their alphas are the layer's own. */
interface Hues {
  readonly unknown: Omit<Side, 'alphas'>;
  readonly layers: readonly { readonly long: Side; readonly short: Side; readonly unknown: Side['alphas'] }[];
}

const textures = ['solid', 'hatch', 'stripes'] as const satisfies readonly Texture[];

const rampOfSide = ({ stops, alphas }: Side): RampStops =>
  stops.map((stop, i): Rgba => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16));
    return [red ?? NaN, green ?? NaN, blue ?? NaN, alphas[i] ?? NaN];
  });

const familiesOf = ({ unknown, layers }: Hues): LayerFamilies =>
  layers.map((layer, i) => {
    const sides = { long: layer.long, short: layer.short, unknown: { ...unknown, alphas: layer.unknown } };
    return {
      texture: textures[i] ?? 'solid',
      ramps: { long: rampOfSide(sides.long), short: rampOfSide(sides.short), unknown: rampOfSide(sides.unknown) },
      texts: { long: sides.long.text, short: sides.short.text, unknown: sides.unknown.text },
    };
  });

export const darkFamilies = familiesOf({
  unknown: {
    stops: ['#545c68', '#86909e', '#c6d0dc'],
    text: '#b9c4d2',
  },
  layers: [
    {
      long: {
        stops: ['#0a545c', '#128e98', '#40d8e8'],
        alphas: [0.12, 0.3, 0.6],
        text: '#62dbe6',
      },
      short: {
        stops: ['#6e420a', '#bc6e14', '#ff9c3a'],
        alphas: [0.14, 0.31, 0.68],
        text: '#ffb361',
      },
      unknown: [0.14, 0.3, 0.58],
    },
    {
      long: {
        stops: ['#125832', '#28985a', '#68de92'],
        alphas: [0.16, 0.34, 0.66],
        text: '#74d99a',
      },
      short: {
        stops: ['#701e40', '#c24476', '#ff80b0'],
        alphas: [0.18, 0.36, 0.7],
        text: '#ff9cc2',
      },
      unknown: [0.16, 0.34, 0.58],
    },
    {
      long: {
        stops: ['#525c0e', '#90a026', '#d2e65a'],
        alphas: [0.18, 0.36, 0.62],
        text: '#cfe06a',
      },
      short: {
        stops: ['#741c1e', '#c23438', '#ff6868'],
        alphas: [0.2, 0.38, 0.74],
        text: '#ff8080',
      },
      unknown: [0.16, 0.34, 0.58],
    },
  ],
});

export const lightFamilies = familiesOf({
  unknown: {
    stops: ['#bec6d0', '#828c98', '#46505c'],
    text: '#434e5d',
  },
  layers: [
    {
      long: {
        stops: ['#78ced4', '#2ea8b2', '#007a8a'],
        alphas: [0.16, 0.36, 0.72],
        text: '#006c78',
      },
      short: {
        stops: ['#f6c478', '#ea9434', '#c45600'],
        alphas: [0.2, 0.4, 0.78],
        text: '#9c4a00',
      },
      unknown: [0.2, 0.38, 0.7],
    },
    {
      long: {
        stops: ['#8cd0a2', '#3aa666', '#00763a'],
        alphas: [0.26, 0.5, 0.84],
        text: '#00693a',
      },
      short: {
        stops: ['#f6b2cc', '#de6296', '#b6125c'],
        alphas: [0.28, 0.52, 0.84],
        text: '#a3155a',
      },
      unknown: [0.26, 0.5, 0.8],
    },
    {
      long: {
        stops: ['#d0dc76', '#9ca824', '#627000'],
        alphas: [0.3, 0.54, 0.86],
        text: '#586400',
      },
      short: {
        stops: ['#f6acac', '#e05454', '#ba141c'],
        alphas: [0.3, 0.54, 0.84],
        text: '#a8141e',
      },
      unknown: [0.26, 0.5, 0.8],
    },
  ],
});

/** Throws for a provider that has no map. */
export function coloursOf(families: LayerFamilies, provider: ProviderId): LayerColours {
  const colours = families[(mapProviders as readonly ProviderId[]).indexOf(provider)];
  if (colours === undefined) throw new Error(`${provider} has no map`);
  return colours;
}
