import { afterEach, describe, expect, it, vi } from 'vitest';
import { mapProviders } from '../../../src-main/contract/source.ts';
import { coloursOf } from '../../../src-renderer/chart/layer-colours.ts';
import type { Rgba } from '../../../src-renderer/chart/layer-colours.ts';
import { rampOf } from '../../../src-renderer/chart/ramp.ts';
import { between, fillsOf, textureImage } from '../../../src-renderer/chart/texture.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';

type Rgb = readonly [number, number, number];

const ofHex = (hex: string): Rgb => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb;
const over = ([r, g, b, alpha]: Rgba, ground: Rgb): Rgb =>
  [r, g, b].map((each, i) => each * alpha + ground[i]! * (1 - alpha)) as unknown as Rgb;
const luminance = (colour: Rgb): number => {
  const [r, g, b] = colour.map((each) => {
    const part = each / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
const contrast = (a: Rgb, b: Rgb): number => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
};
const apart = (a: Rgb, b: Rgb): number => Math.hypot(...a.map((each, i) => each - b[i]!));

describe.each(Object.entries(chartThemes))('the layers’ colours in the %s theme', (_, theme) => {
  const families = mapProviders.map((provider) => coloursOf(theme.families, provider));
  const [ground, panel] = [ofHex(theme.ground), ofHex(theme.panel)];

  it('are read as text on the ground and on chips', () => {
    for (const { texts } of families) {
      for (const text of Object.values(texts)) {
        expect(contrast(ofHex(text), ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(ofHex(text), panel)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('stand out from the ground where they are strongest, and less the weaker they are', () => {
    for (const colours of families) {
      for (const stops of Object.values(colours.ramps)) {
        const [weak, middle, strong] = stops.map((stop) => contrast(over(stop, ground), ground));
        expect(strong).toBeGreaterThanOrEqual(3);
        expect(middle).toBeLessThan(strong!);
        expect(weak).toBeLessThan(middle!);
      }
    }
  });

  it('leave the candles to be seen, over plain bands and between the lines of textured ones', () => {
    const candles = [theme.candleUp, theme.candleDown, theme.wickUp, theme.wickDown].map(ofHex);
    for (const colours of families) {
      const isSolid = colours.texture === 'solid';
      for (const [r, g, b, alpha] of rampOf(colours).slice(1)) {
        const band = over([r, g, b, isSolid ? alpha : alpha * between], ground);
        const best = Math.max(...candles.map((candle) => contrast(candle, band)));
        expect(best).toBeGreaterThanOrEqual(isSolid ? 2.5 : 4.5);
      }
    }
  });

  it('are told apart by texture, and by hue as well', () => {
    expect(new Set(families.map(({ texture }) => texture)).size).toBe(families.length);
    const texts = families.flatMap(({ texts: { long, short } }) => [ofHex(long), ofHex(short)]);
    texts.forEach((one, i) => {
      for (const other of texts.slice(i + 1)) expect(apart(one, other)).toBeGreaterThan(45);
    });
  });
});

describe('textures', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('of the first layer are plain colours', () => {
    const [first] = chartThemes.dark.families;
    expect(fillsOf(first!, 1)[16]).toBe('rgba(64, 216, 232, 0.6)');
    expect([
      textureImage('solid', '#000000'),
      textureImage('hatch', '#000000') === textureImage('stripes', '#000000'),
    ]).toEqual([null, false]);
  });

  it('are drawn once a colour for a theme and ratio, as large as the screen’s pixels ask', () => {
    const tiles: [number, number][] = [];
    vi.stubGlobal(
      'OffscreenCanvas',
      class {
        constructor(width: number, height: number) {
          tiles.push([width, height]);
        }
        getContext = () => ({
          fillRect: () => {},
          beginPath: () => {},
          moveTo: () => {},
          lineTo: () => {},
          closePath: () => {},
          fill: () => {},
          createPattern: () => ({ pattern: tiles.length }),
        });
      },
    );
    const hatched = chartThemes.dark.families[1]!;
    const fills = fillsOf(hatched, 1);
    expect([fills.length, tiles.length, tiles[0]]).toEqual([49, 48, [9, 9]]);
    expect([fills[0], fills[16]]).toEqual(['rgba(0, 0, 0, 0)', { pattern: 16 }]);
    expect(fillsOf(hatched, 1)).toBe(fills);
    fillsOf(hatched, 2);
    expect([tiles.length, tiles[48]]).toEqual([96, [18, 18]]);
  });
});
