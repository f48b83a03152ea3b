// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import HoverCard from '../../../src-renderer/chart/HoverCard.svelte';
import IntensityLegend from '../../../src-renderer/chart/IntensityLegend.svelte';
import RegimeBadge from '../../../src-renderer/chart/RegimeBadge.svelte';
import { levelRows } from '../../../src-renderer/chart/levels.ts';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';
import { gexOf, mapOf } from './fakes.ts';

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
  const props = {
    scale: { min: 1e6, max: 1e10 },
    map,
    theme: chartThemes.dark,
    intensity: { low: 0.25, high: 1 },
    onChange,
  };

  it('is two sliders that say exact amounts, with unit, source and that they are estimated', () => {
    show(IntensityLegend, props);
    const sliders = [...document.querySelectorAll('[role=slider]')];
    expect(sliders.map((each) => each.getAttribute('aria-label'))).toEqual(['Hide levels below', 'Full colour from']);
    expect(sliders[1]?.getAttribute('aria-valuetext')).toBe('$10,000,000,000');
    expect(text()).toContain('USD, estimated');
    expect(text()).toContain('Kingfisher · SIMULATED');
    expect(text()).toContain('$1.00M$100M$10.0B');
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
    show(IntensityLegend, { ...props, intensity: { low: 0.4, high: 0.6 } });
    document.querySelector('.track')?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    expect(onChange).toHaveBeenLastCalledWith({ low: 0, high: 1 });
  });
});

describe('the hover card', () => {
  const at = (rows: ReturnType<typeof levelRows>) => ({ x: 10, y: 10, width: 900, height: 500, rows });

  it('says price, both sizes, distance, source, time and age, exactly', () => {
    vi.useFakeTimers();
    vi.setSystemTime(map.takenAt + 42_000);
    show(HoverCard, { hover: at(levelRows(map, null, null).slice(0, 1)), price: 67_000, coin: 'BTC', timeZone: 'UTC' });
    expect(text()).toBe(
      'Liquidation level69,500 Long $100,000,000Short $2,100,000,000From price +3.73 % ' +
        'Estimated by Kingfisher · SIMULATED 2025-11-21 10:00:00 UTC · 42 s old',
    );
    vi.advanceTimersByTime(3_000);
    flushSync();
    expect(text()).toContain('45 s old');
  });

  it('says gamma of a strike, and of the flip only where it is', () => {
    const gex = gexOf([[68_000, -250_000_000]], { flipLevel: 68_200 });
    show(HoverCard, { hover: at(levelRows(null, gex, null).slice(1)), price: null, coin: 'BTC', timeZone: 'UTC' });
    expect(text()).toContain('GEX strike68,000 Gamma per 1 % -$250,000,000From price — Kingfisher · SIMULATED');
  });
});

it('the regime badge says regime, flip, orientation and source in words', () => {
  const gex = gexOf([], { flipLevel: 68_200, regime: 'negative', positiveSide: 'below' });
  show(RegimeBadge, { gex, tickSize: 1 });
  expect(text()).toBe('▼ GEX negative · flip 68,200 · positive below flip (Kingfisher · SIMULATED)');
});
