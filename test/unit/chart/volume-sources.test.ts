import { describe, expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { legendOf } from '../../../src-renderer/chart/panes/pane-legend.ts';
import { readVolumes } from '../../../src-renderer/chart/panes/volume-readout.ts';
import { intervalName, VolumeSources } from '../../../src-renderer/chart/panes/volume-sources.ts';
import { hour, minute, realisedOf, volumesOf } from './volume-fakes.ts';

const kaiko = volumesOf([[0, 10, 1]]);
const source = { provider: 'kiyotaka', environment: 'production', host: 'api.kiyotaka.ai' } as const;
const kiyotaka = volumesOf([[0, 0.5, 0]], { source, unit: 'coin', intervalMs: 4 * hour, variant: '4h/coin' });
const binance = realisedOf('binance', [
  [1, 1, 100],
  [2, -1, 50],
]);
const bybit = realisedOf('bybit', [[61, 1, 7]]);

describe('what shares a pane', () => {
  it('is of one unit, providers first, live events among the dollars', () => {
    const groups = new VolumeSources().take([kaiko, kiyotaka], [binance, bybit], hour);
    expect(groups.map((group) => legendOf(group, 500, 90))).toEqual([
      {
        unit: 'USD',
        top: 500,
        height: 90,
        badge: 'SIMULATED',
        items: [
          { key: 'kaiko/1h/usd/all', style: 'solid', name: 'Kaiko 1h', badge: null },
          { key: 'live', style: 'live', name: 'Binance (sample), Bybit live', badge: null },
        ],
      },
      {
        unit: 'BTC',
        top: 500,
        height: 90,
        badge: null,
        items: [{ key: 'kiyotaka/4h/coin', style: 'striped', name: 'Kiyotaka 4h', badge: null }],
      },
    ]);
  });

  it('tells each histogram’s kind where they differ', () => {
    const [group] = new VolumeSources().take([kaiko, { ...kiyotaka, unit: 'usd' }], [], hour);
    const legend = group && legendOf(group, 0, 90);
    expect([legend?.badge, ...(legend?.items ?? []).map(({ badge }) => badge)]).toEqual([null, 'SIMULATED', null]);
  });

  it('is the same object while it holds the same, and no other unit’s changes with it', () => {
    const sources = new VolumeSources();
    const before = sources.take([kaiko, kiyotaka], [binance], hour);
    expect(sources.take([kaiko, kiyotaka], [{ ...binance }], hour)).toBe(before);
    const after = sources.take([kaiko, kiyotaka], [binance, bybit], hour);
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([false, true]);
    expect(after[0]?.sources[0]).toBe(before[0]?.sources[0]);
  });

  it('is placed anew on other candles, and gone with its last source', () => {
    const sources = new VolumeSources();
    const [hours] = sources.take([kaiko], [], hour);
    const [days] = sources.take([kaiko], [], 24 * hour);
    expect([hours?.sources[0]?.columns.spanMs, days?.sources[0]?.columns.spanMs]).toEqual([hour, 24 * hour]);
    expect(sources.take([], [], hour)).toEqual([]);
  });

  it('names intervals in their largest unit', () => {
    expect([minute, 15 * minute, hour, 36 * hour, 24 * hour, 168 * hour, 1500].map(intervalName)).toEqual([
      '1m',
      '15m',
      '1h',
      '36h',
      '1d',
      '1w',
      '1.5s',
    ]);
  });
});

describe('what is read of a moment', () => {
  const [usd] = new VolumeSources().take([kaiko], [binance, bybit], hour);

  it('is each histogram’s row, and of live ones each venue’s', () => {
    const [one, live] = usd ? readVolumes(usd, 30 * minute) : [];
    expect([one?.unit, one?.coin, one?.row]).toEqual([
      'usd',
      'BTC',
      { start: unixMs(0), spanMs: hour, long: 10, short: 1, longTrades: 2, shortTrades: 3, notes: [] },
    ]);
    const row = {
      start: unixMs(0),
      spanMs: hour,
      long: 100,
      short: 50,
      longTrades: 1,
      shortTrades: 1,
      notes: ['partial', 'sample'],
    };
    expect(live?.row).toEqual(row);
    expect(live?.venues).toEqual([{ name: 'Binance', row }]);
  });

  it('is nothing where nothing is known', () => {
    const [one, live] = usd ? readVolumes(usd, 90 * minute) : [];
    expect([one?.row, live?.row?.long, live?.venues.map(({ name }) => name)]).toEqual([null, 7, ['Bybit']]);
  });

  it('says so where sums do not agree', () => {
    const flagged = { ...kaiko, breaches: Float64Array.of(3) };
    const [group] = new VolumeSources().take([flagged], [], hour);
    expect(group && readVolumes(group, 0)[0]?.row?.notes).toEqual(['sums do not agree']);
  });
});
