import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ISeriesApi } from 'lightweight-charts';

import { Overlays } from '../../../src-renderer/chart/overlays.ts';
import { sameLayers } from '../../../src-renderer/chart/same-layers.ts';
import { FakePane, FakeSeries, fakeChart } from './fake-library.ts';
import { NoCanvas, chartOptionsOf, gexOf, kiyotaka, layerOf, mapOf, profileOf } from './fakes.ts';

beforeEach(() => {
  fakeChart.reset();
  vi.stubGlobal('OffscreenCanvas', NoCanvas);
});

const size = { width: 800, height: 200 };
const kingfisher = layerOf(mapOf([90, 1_000, 0], [110, 0, 5_000]));
const legacy = layerOf(
  profileOf([
    [90, 0.1],
    [100, 0.2],
    [110, 0.8],
  ]),
);
const kiyo = layerOf(
  profileOf(
    [
      [90, 4],
      [110, 8],
    ],
    kiyotaka,
  ),
);

function started(...args: Parameters<typeof chartOptionsOf>) {
  const series = new FakeSeries(new FakePane());
  const options = chartOptionsOf(...args);
  const overlays = new Overlays(series as unknown as ISeriesApi<'Candlestick'>, options);
  overlays.setPane(size);
  overlays.setPrice(105);
  const draw = () => {
    for (const primitive of series.primitives) (primitive as { updateAllViews?: () => void }).updateAllViews?.();
  };
  const names = () => [...series.primitives].map((each) => each.constructor.name.replace('Primitive', ''));
  const rows = (y: number, x = 50) => overlays.under(x, y, size, 105).rows;
  return { series, overlays, options, draw, names, rows };
}

describe('layers', () => {
  it('have each a scale of their own, whatever the others hold', () => {
    const { overlays } = started();
    overlays.setLayers([kingfisher, legacy, kiyo]);
    expect(overlays.layers.map(({ levels: { scale } }) => scale)).toEqual([
      { min: 1_000, max: 5_000 },
      { min: 0.1, max: 0.8 },
      { min: 4, max: 8 },
    ]);
    const alone = overlays.layers.map(({ codes }) => [...codes]);
    expect(alone).toEqual([
      [1, 32],
      [1, 6, 32],
      [1, 32],
    ]);
    overlays.setLayers([legacy]);
    expect([...overlays.layers[0]!.codes]).toEqual(alone[1]);
  });

  it('are told apart by their colours and textures', () => {
    const { overlays } = started();
    overlays.setLayers([kingfisher, legacy, kiyo]);
    expect(overlays.layers.map(({ colours: { texture } }) => texture)).toEqual(['solid', 'hatch', 'stripes']);
    expect(new Set(overlays.layers.map(({ colours }) => colours.texts.long)).size).toBe(3);
  });

  it('are drawn in the order of their providers, whatever order they come in', () => {
    const { overlays, names } = started();
    overlays.setLayers([kiyo, { ...legacy, form: 'both' }, kingfisher]);
    expect(overlays.layers.map(({ provider }) => provider)).toEqual(['kingfisher', 'kingfisher-legacy', 'kiyotaka']);
    expect(names()).toEqual(['Bands', 'Bands', 'Bands', 'Gex', 'Profile', 'Confluence', 'Chips']);
  });

  it('come and go one by one, and take what they drew with them', () => {
    const { overlays, names, draw } = started();
    overlays.setLayers([kingfisher, { ...legacy, form: 'profile' }]);
    draw();
    const [first] = overlays.layers;
    expect(names()).toEqual(['Bands', 'Gex', 'Profile', 'Confluence', 'Chips']);
    overlays.setLayers([kingfisher]);
    expect(names()).toEqual(['Bands', 'Gex', 'Chips']);
    expect(overlays.layers).toEqual([first]);
    overlays.setLayers([]);
    expect(names()).toEqual(['Gex', 'Chips']);
    overlays.detach();
    expect(names()).toEqual([]);
  });

  it('are all hidden by the one switch of the overlays', () => {
    const { overlays, options, names, rows } = started();
    overlays.setLayers([kingfisher, { ...legacy, form: 'both' }]);
    overlays.setOptions({ ...options, bands: false });
    expect([names(), rows(110)]).toEqual([['Gex', 'Chips'], []]);
    overlays.setOptions(options);
    expect(overlays.layers).toHaveLength(2);
  });

  it('keep what did not change when another layer does', () => {
    const { overlays } = started();
    overlays.setLayers([kingfisher, legacy]);
    const [before] = overlays.layers.map(({ levels, codes }) => ({ levels, codes }));
    overlays.setLayers([kingfisher, { ...legacy, intensity: { low: 0.5, high: 1 } }]);
    const [one, two] = overlays.layers;
    expect([one!.levels === before!.levels, one!.codes === before!.codes]).toEqual([true, true]);
    expect([...two!.codes]).toEqual([0, 0, 32]);
  });

  it('without a side are split by the price, and again only when it crosses a level', () => {
    const { overlays } = started();
    overlays.setLayers([legacy]);
    const [layer] = overlays.layers;
    expect([...layer!.levels.sides]).toEqual([0, 0, 1]);
    const { levels, codes } = layer!;
    overlays.setPrice(100.5);
    expect([layer!.levels.sides === levels.sides, layer!.codes === codes]).toEqual([true, true]);
    expect(layer!.levels.upper[1]).toBeCloseTo(100.5, 2);
    expect([layer!.bands.state.levels, layer!.profile.state.levels]).toEqual(Array(2).fill(layer!.levels));
    overlays.setPrice(99.5);
    expect([...layer!.levels.sides]).toEqual([0, 1, 1]);
    expect([...layer!.codes]).toEqual([1, 22, 32]);
    expect(layer!.bands.state.codes).toBe(layer!.codes);
    overlays.setPrice(null);
    expect([...layer!.codes]).toEqual([33, 38, 48]);
  });

  it('have chips in equal parts, never over one another, in their own units', () => {
    const { overlays, draw, series } = started();
    overlays.setTick(1);
    overlays.setLayers([kingfisher, kiyo]);
    draw();
    const chips = [...series.primitives].at(-1) as unknown as { view: { labels: { text: string; y: number }[] } };
    expect(chips.view.labels.map(({ text, y }) => [text, y])).toEqual([
      ['$5.00K short · +4.8 %', 90],
      ['4 BTC long (inferred)', 110],
    ]);
  });
});

describe('under the pointer', () => {
  it('lie the levels of every layer, each with its source and unit', () => {
    const { overlays, rows } = started();
    overlays.setLayers([kingfisher, legacy, kiyo]);
    expect(rows(90).map(({ source, unit, short, sideBasis }) => [source.provider, unit, short, sideBasis])).toEqual([
      ['kingfisher', 'usd', 5_000, 'given'],
      ['kingfisher-legacy', 'relative', 0.8, 'inferred'],
      ['kiyotaka', 'coin', 8, 'inferred'],
    ]);
  });

  it('lies a histogram only where it is drawn', () => {
    const { overlays, rows } = started();
    overlays.setLayers([{ ...legacy, form: 'profile' }]);
    expect([rows(90, 50).length, rows(90, 795).length]).toEqual([0, 1]);
    overlays.setGex(gexOf([[10, 5]]));
    expect([rows(90, 795).length, rows(90, 715).length]).toEqual([0, 1]);
  });

  it('lie the walls that a profile names', () => {
    const { overlays, rows } = started();
    overlays.setGex(gexOf([[110, 5]], { callWall: 110, calls: Float64Array.of(7) }));
    expect(rows(90)).toMatchObject([{ kind: 'gex-call-wall', price: 110, gamma: 7 }]);
  });

  it('lies what two layers agree on', () => {
    const { overlays, options } = started();
    overlays.setLayers([kingfisher, kiyo]);
    expect(overlays.under(50, 90, size, 105).confluences.map(({ side, price }) => [side, price])).toEqual([
      ['short', 110],
    ]);
    overlays.setOptions({ ...options, confluence: { shown: false, tolerancePercent: 0.1 } });
    expect(overlays.under(50, 90, size, 105).confluences).toEqual([]);
  });
});

describe('marks of confluence', () => {
  it('stand where two layers agree within the tolerance that is set, while they are in view', () => {
    const { overlays, options, draw } = started();
    const shifted = layerOf(
      profileOf(
        [
          [90.3, 4],
          [110, 8],
          [300, 9],
        ],
        kiyotaka,
      ),
    );
    overlays.setLayers([kingfisher, shifted]);
    draw();
    expect(overlays.visibleConfluences.map(({ price }) => price)).toEqual([110]);
    overlays.setOptions({ ...options, confluence: { shown: true, tolerancePercent: 1 } });
    draw();
    expect(overlays.visibleConfluences.map(({ price }) => price)).toEqual([110, 90.15]);
    overlays.setLayers([kingfisher]);
    expect(overlays.visibleConfluences).toEqual([]);
  });

  it('move to the other side with the price, which tells the sides', () => {
    const { overlays, draw } = started();
    overlays.setLayers([kingfisher, kiyo]);
    overlays.setPrice(120);
    draw();
    expect(overlays.visibleConfluences.map(({ price }) => price)).toEqual([90]);
  });
});

it('layers that say the same are the same, so that nothing is drawn anew', () => {
  const one = layerOf(kingfisher.map, { stale: { text: 'stale 1 h' } });
  const before = [one, kiyo];
  expect(sameLayers(before, [{ ...one, stale: { text: 'stale 1 h' } }, { ...kiyo }])).toBe(before);
  const aged = sameLayers(before, [{ ...one, stale: { text: 'stale 2 h' } }, { ...kiyo }]);
  expect([aged === before, aged[0] === one, aged[1] === kiyo]).toEqual([false, false, true]);
  expect(sameLayers(before, [{ ...one }])).toEqual([one]);
  expect(sameLayers(before, [one, { ...kiyo, form: 'profile' }])[1]?.form).toBe('profile');
});
