import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { GexModel } from '../../../src-main/contract/gamma.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey, type Source } from '../../../src-main/contract/source.ts';
import { contentOf, pack } from '../../../src-main/store/snapshot-codec.ts';
import { after, gex, kingfisher, noon, profile } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kingfisher);
const later = ['model', 'calls', 'puts', 'total', 'callWall', 'putWall'] as const;

/** A file with gamma profiles as version 0.1 wrote them: without what was added to them later. */
function fileOfFormer(minutes: readonly number[]): string {
  const file = temporaryFile();
  const { snapshots, close } = openTemporary(file);
  for (const minute of minutes) snapshots.save(gex(after(minute)));
  close();
  const without = Object.fromEntries(
    Object.entries(gex(noon)).filter(([name]) => !later.some((field) => field === name)),
  );
  const content = contentOf(without as unknown as ReturnType<typeof gex>);
  expect(content.meta).not.toContain('callWall');
  expect(content.columns.map(({ name }) => name)).toEqual(['gammaExposure', 'strikes', 'totalGamma']);
  const { layout, data } = pack(content.columns);
  const writer = new Database(file);
  writer.prepare('UPDATE snapshots SET meta = ?, layout = ?, data = ?').run(content.meta, layout, data);
  writer.close();
  return file;
}

describe('gamma profiles of the version before', () => {
  it('read whole, with nothing where nothing was known', () => {
    const { snapshots } = openTemporary(fileOfFormer([0]));
    expect(snapshots.latest(key, 'gex', 'BTC')).toStrictEqual(gex(noon));
    expect(snapshots.latestOfAll([key], ['BTC'])).toStrictEqual([gex(noon)]);
  });

  it('have columns of their own, each time they are read', () => {
    const { snapshots } = openTemporary(fileOfFormer([0]));
    const [first, second] = [snapshots.latest(key, 'gex', 'BTC'), snapshots.latest(key, 'gex', 'BTC')];
    expect(first?.calls.buffer).not.toBe(second?.calls.buffer);
    expect(first?.calls.buffer).not.toBe(first?.puts.buffer);
  });

  it('are packed together with newer ones and come back', () => {
    const { snapshots } = openTemporary(fileOfFormer([0, 10, 20]));
    const model: GexModel = {
      signs: 'calls-plus-puts-minus',
      options: 3,
      omitted: 1,
      expiries: 2,
      gamma: 'computed',
      spot: 'underlying_price',
      volatility: 'mark_iv, percent',
      openInterest: 12.5,
    };
    const newer = gex(after(30), {
      unitBasis: 'computed',
      model,
      calls: Float64Array.of(1, 2, 4),
      puts: Float64Array.of(0, 0, -1),
      total: 6,
      callWall: 60_020,
      putWall: 60_020,
    });
    snapshots.saveMany([newer, gex(after(120))]);
    while (snapshots.compact(after(180)).more);
    expect(snapshots.range(key, 'gex', 'BTC', '', unixMs(0), after(1e6))).toStrictEqual([
      gex(after(0)),
      gex(after(10)),
      gex(after(20)),
      newer,
      gex(after(120)),
    ]);
  });
});

describe('maps without sides', () => {
  it('come back from rows and from blocks, curves of other lengths and all', () => {
    const { snapshots } = openTemporary();
    const all = [0, 10, 20, 90].map((minute) => profile(after(minute), [minute, 2, 3]));
    snapshots.saveMany(all);
    while (snapshots.compact(after(180)).more);
    expect(snapshots.range(key, 'liquidation-profile', 'BTC', '', unixMs(0), after(1e6))).toStrictEqual(all);
  });
});

describe('sources with a dash in the provider or the environment', () => {
  it('keep what is theirs apart', () => {
    const legacy: Source = { provider: 'kingfisher-legacy', environment: 'production-eu', host: 'eu.example.com' };
    const { snapshots } = openTemporary();
    snapshots.saveMany([{ ...profile(noon, [1]), source: legacy }, profile(noon, [2])]);
    const key = 'kingfisher-legacy@production-eu:eu.example.com';
    expect(sourceKey(legacy)).toBe(key);
    const found = snapshots.latest(key, 'liquidation-profile', 'BTC', '');
    expect(found).toStrictEqual({ ...profile(noon, [1]), source: legacy });
  });
});
