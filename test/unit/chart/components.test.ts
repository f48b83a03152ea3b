// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import HoverCard from '../../../src-renderer/chart/HoverCard.svelte';
import IntensityLegend from '../../../src-renderer/chart/IntensityLegend.svelte';
import RegimeBadge from '../../../src-renderer/chart/RegimeBadge.svelte';
import { levelRows } from '../../../src-renderer/chart/levels.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';
import { coloursOf } from '../../../src-renderer/chart/layer-colours.ts';
import { confluencesOf } from '../../../src-renderer/chart/confluence.ts';
import { gexOf, kiyotaka, layerOf, mapOf, profileOf } from './fakes.ts';

let mounted: object | null = null;
const show = <Props extends Record<string, unknown>>(
  component: Parameters<typeof mount<Props, object>>[0],
  props: Props,
) => {
  mounted = mount(component, { target: document.body, props } as never);
  flushSync();
};
afterEach(async () => {
  if (mounted !== null) await unmount(mounted);
  vi.useRealTimers();
});

const text = () => (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
const map = mapOf([66_330, 1_200_000_000.25, 0], [69_500, 100_000_000, 2_100_000_000]);

describe('the intensity legend', () => {
  const onChange = vi.fn();
  const theme = chartThemes.dark;
  const of = (layer: ReturnType<typeof layerOf>) => ({
    layer,
    colours: coloursOf(theme.families, layer.provider),
    theme,
    isOneOfMany: false,
    onChange,
  });
  const scaled = mapOf([1, 1e6, 0], [2, 0, 1e10]);
  const props = of(layerOf(scaled, { intensity: { low: 0.25, high: 1 } }));

  it('is two sliders that say short amounts, with unit, source and that they are estimated', () => {
    show(IntensityLegend, props);
    const sliders = [...document.querySelectorAll('[role=slider]')];
    expect(sliders.map((each) => each.getAttribute('aria-label'))).toEqual(['Hide levels below', 'Full colour from']);
    expect(sliders[1]?.getAttribute('aria-valuetext')).toBe('$10.0B');
    expect(sliders[0]?.getAttribute('aria-valuetext')).toBe('$10.0M');
    expect(text()).toContain('USD, estimated');
    expect(text()).toContain('Kingfisher · SIMULATED');
    const amounts = [...document.querySelectorAll('.ticks span')].map((each) => each.textContent);
    expect(amounts).toEqual(['$10.0M', '$100M', '$10.0B']);
    expect([...document.querySelectorAll('.ticks .handle')].map((each) => each.textContent)).toEqual([
      '$10.0M',
      '$10.0B',
    ]);
  });

  it('says that its map is stale', () => {
    show(IntensityLegend, of(layerOf(scaled, { stale: { text: 'stale 3 h' } })));
    expect(text()).toContain('Kingfisher · SIMULATED · stale 3 h');
  });

  it('says whose it is, and its own unit and scale, and that sides are inferred where they are', () => {
    const profile = profileOf([
      [90, 0.5],
      [110, 2],
    ]);
    show(IntensityLegend, of(layerOf(profile)));
    expect(document.querySelector('[role=group]')?.getAttribute('aria-label')).toBe(
      'Intensity of liquidation levels, Kingfisher legacy',
    );
    expect(text()).toContain('relative, estimated, side inferred Kingfisher legacy · SIMULATED');
    const sliders = [...document.querySelectorAll('[role=slider]')];
    expect(sliders.map((each) => each.getAttribute('aria-valuetext'))).toEqual(['0.5 rel', '2 rel']);
  });

  it('moves by keys', () => {
    show(IntensityLegend, props);
    const [low] = document.querySelectorAll('[role=slider]');
    low?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
    expect(onChange).toHaveBeenLastCalledWith({ low: 0, high: 1 });
    onChange.mockClear();
    low?.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
    expect(onChange).not.toHaveBeenCalled();
  });

  it('resets on a double click', () => {
    show(IntensityLegend, of(layerOf(scaled, { intensity: { low: 0.4, high: 0.6 } })));
    document.querySelector('.track')?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    expect(onChange).toHaveBeenLastCalledWith({ low: 0, high: 1 });
  });
});

describe('the hover card', () => {
  const at = (rows: ReturnType<typeof levelRows>) => ({ x: 10, y: 10, width: 900, height: 500, rows, confluences: [] });
  const theme = chartThemes.dark;

  it('says price, both sizes, distance, source, time and age, exactly', () => {
    vi.useFakeTimers();
    vi.setSystemTime(map.takenAt + 42_000);
    show(HoverCard, {
      hover: at(levelRows(map, null, null).slice(0, 1)),
      price: 67_000,
      coin: 'BTC',
      timeZone: 'UTC',
      theme,
    });
    expect(text()).toBe(
      'Liquidation level 69,500 Long $100,000,000Short $2,100,000,000From price +3.73 % ' +
        'Estimated by Kingfisher · SIMULATED 2025-11-21 10:00:00 UTC · 42 s old',
    );
    vi.advanceTimersByTime(3_000);
    flushSync();
    expect(text()).toContain('45 s old');
  });

  it('says that a time is the one of arrival, where the provider sent none', () => {
    vi.useFakeTimers();
    vi.setSystemTime(map.takenAt + 42_000);
    const rows = levelRows({ ...map, takenAtBasis: 'received' }, null, null).slice(0, 1);
    show(HoverCard, { hover: at(rows), price: null, coin: 'BTC', timeZone: 'UTC', theme });
    expect(text()).toContain('SIMULATED Received 2025-11-21 10:00:00 UTC · 42 s old');
  });

  it('is dated by the level, not by its map', () => {
    vi.useFakeTimers();
    vi.setSystemTime(map.takenAt + 42_000);
    const levelTimes = Float64Array.of(map.takenAt, map.takenAt - 3_600_000);
    show(HoverCard, {
      hover: at(levelRows({ ...map, levelTimes }, null, null).slice(0, 1)),
      price: null,
      coin: 'BTC',
      timeZone: 'UTC',
      theme,
    });
    expect(text()).toContain('2025-11-21 09:00:00 UTC · 1 h old');
  });

  it('does not call a documented unit inferred', () => {
    const gex = { ...gexOf([[68_000, 5]]), unitBasis: 'documented' } as const;
    show(HoverCard, { hover: at(levelRows(null, gex, null)), price: null, coin: 'BTC', timeZone: 'UTC', theme });
    expect(text()).toContain('Gamma per 1 % $5');
  });

  it('says gamma of a strike, and of the flip only where it is', () => {
    const gex = gexOf([[68_000, -250_000_000]], { flipLevel: 68_200 });
    show(HoverCard, {
      hover: at(levelRows(null, gex, null).slice(1)),
      price: null,
      coin: 'BTC',
      timeZone: 'UTC',
      theme,
    });
    expect(text()).toContain(
      'GEX strike 68,000 Gamma per 1 %, unit inferred -$250,000,000From price — Kingfisher · SIMULATED',
    );
  });

  it('lists the level of each layer with its own source and unit, and where two agree', () => {
    const other = profileOf([[66_330, 1_234.5]], kiyotaka);
    const rows = [levelRows(map, null, null)[1]!, levelRows(other, null, 67_000)[0]!];
    const confluences = confluencesOf([layerOf(map), layerOf(other)], { price: 67_000, tolerancePercent: 0.1 });
    show(HoverCard, { hover: { ...at(rows), confluences }, price: 67_000, coin: 'BTC', timeZone: 'UTC', theme });
    expect(document.querySelectorAll('article')).toHaveLength(3);
    expect(text()).toContain('Long $1,200,000,000.25Short $0From price -1.00 % Estimated by Kingfisher · SIMULATED');
    expect(text()).toContain('Long, side inferred 1,234.5 BTCFrom price -1.00 % Estimated by Kiyotaka · SIMULATED');
    expect(text()).toContain('◆ Confluence: Kingfisher $1.20B · Kiyotaka 1,230 BTC Both long, 0.00 % apart');
  });

  it('says that a side is unknown while no price tells it', () => {
    const rows = levelRows(profileOf([[66_330, 0.5]]), null, null);
    show(HoverCard, { hover: at(rows), price: null, coin: 'BTC', timeZone: 'UTC', theme });
    expect(text()).toContain('Amount, side unknown 0.5 rel');
  });
});

it('the regime badge says regime, flip, orientation and source in words', () => {
  const gex = gexOf([], { flipLevel: 68_200, regime: 'negative', positiveSide: 'below' });
  show(RegimeBadge, { gex, tickSize: 1, stale: null });
  expect(text()).toBe('▼ GEX negative · flip 68,200 · positive below flip (Kingfisher · SIMULATED, as given)');
  expect(document.querySelector('.stale')).toBeNull();
});

it('the regime badge of a stale profile says its age and looks other than a fresh one', () => {
  show(RegimeBadge, { gex: gexOf([], { regime: 'positive' }), tickSize: 1, stale: { text: 'stale 3 h' } });
  expect(text()).toBe('▲ GEX positive · no flip (Kingfisher · SIMULATED, as given) · stale 3 h');
  expect(document.querySelector('.badge')?.classList.contains('stale')).toBe(true);
});

it('the regime badge of a computed profile says what it was computed from', () => {
  const model = {
    signs: 'calls-plus-puts-minus',
    options: 1_412,
    omitted: 0,
    expiries: 11,
    gamma: 'computed',
    spot: 'index',
    volatility: 'mark_iv, percent',
    openInterest: 5,
  } as const;
  show(RegimeBadge, { gex: gexOf([], { regime: 'positive', model }), tickSize: 1, stale: null });
  expect(text()).toBe(
    '▲ GEX positive · no flip (Kingfisher · SIMULATED, computed from 1,412 options: calls +, puts −)',
  );
  expect(document.querySelector('.badge')?.getAttribute('title')).toBe(
    'GEX positive · no flip (Kingfisher · SIMULATED, computed from 1,412 options: calls +, puts −)',
  );
  const read = document.querySelector('.badge .unseen')!;
  expect(read.textContent).toBe(' from 1,412 options: calls +, puts −');
  read.remove();
  expect(text()).toBe('▲ GEX positive · no flip (Kingfisher · SIMULATED, computed)');
});
