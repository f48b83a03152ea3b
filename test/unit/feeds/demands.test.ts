import { describe, expect, it } from 'vitest';
import type { Wanted } from '../../../src-main/contract/channels.ts';
import type { LineWanted } from '../../../src-main/feeds/demands.ts';
import { demandsOf, lineWanted, streamedMs } from '../../../src-main/feeds/demands.ts';
import { SnapshotTargets } from '../../../src-main/feeds/snapshot-targets.ts';
import { FakeProvider, nothingWanted, noPlan } from './fakes.ts';

const provider = new FakeProvider();
const wanted: Wanted = {
  assets: ['BTC', 'ETH', 'SOL'],
  visible: ['ETH'],
  focus: { asset: 'BTC', timeframe: '15m' },
  snapshots: [
    { provider: 'kingfisher', kind: 'liquidation-map', scope: 'watchlist' },
    { provider: 'kingfisher', kind: 'gex', scope: 'focus' },
    { provider: 'kiyotaka', kind: 'liquidation-map', scope: 'watchlist' },
  ],
  volumes: [],
  liquidations: false,
};
const own = (pins = noPlan.pins) => lineWanted(provider, wanted, { ...noPlan, pins }, () => 'binance');

describe('what a provider is to bring', () => {
  it('is the focused asset first; what is seen goes before what is not, what is pinned before all', () => {
    const tiers = (wanted: LineWanted) => wanted.snapshots.map(({ kind, asset, tier }) => `${asset} ${kind} ${tier}`);
    expect(tiers(own())).toEqual([
      'BTC liquidation-map visible',
      'BTC gex visible',
      'ETH liquidation-map visible',
      'SOL liquidation-map background',
    ]);
    const pins = [
      { provider: 'kingfisher', kind: 'liquidation-map', asset: 'SOL' },
      { provider: 'kiyotaka', kind: 'liquidation-map', asset: 'ETH' },
    ] as const;
    expect(tiers(own([...pins])).filter((line) => line.includes('pinned'))).toEqual(['SOL liquidation-map pinned']);
  });

  it('costs nothing where it is not offered, and less often where it is streamed', () => {
    const parts = { provider, options: {}, intervals: { gex: 30_000 }, isStreamed: () => false };
    const snapshots = ['BTC', 'DOGE'].map((asset) => ({ kind: 'gex', asset, tier: 'visible' }) as const);
    const demands = demandsOf({ ...nothingWanted, snapshots }, parts);
    expect(demands).toEqual([{ kind: 'gex', asset: 'BTC', tier: 'visible', weights: { day: 1 }, wantedMs: 30_000 }]);
    const streamed = demandsOf({ ...nothingWanted, snapshots }, { ...parts, isStreamed: () => true });
    expect(streamed[0]?.wantedMs).toBe(streamedMs);
  });
});

describe('targets', () => {
  const target = (asset: string, tier: 'visible' | 'background' | 'pinned') => ({ kind: 'gex', asset, tier }) as const;

  it('of what is due the most urgent tier’s is first, then the one that is due longest, then the first wanted', () => {
    const targets = new SnapshotTargets();
    targets.want([target('A', 'background'), target('B', 'visible'), target('C', 'visible'), target('D', 'pinned')]);
    const due = { A: 1, B: 5, C: 3, D: 20 };
    for (const [asset, at] of Object.entries(due)) targets.get('gex', asset)!.dueAt = at;
    expect([0, 2, 4, 10, 20].map((now) => targets.due(now)?.asset ?? null)).toEqual([null, 'A', 'C', 'C', 'D']);
    targets.get('gex', 'B')!.dueAt = 3;
    expect(targets.due(10)?.asset).toBe('B');
    expect(targets.nextDue()).toBe(1);
  });

  it('that are wanted again are the same ones, with what is known of them', () => {
    const targets = new SnapshotTargets();
    const [first] = targets.want([target('A', 'background')]);
    first!.dueAt = 77;
    expect(targets.want([])).toEqual([]);
    expect(targets.nextDue()).toBe(Number.POSITIVE_INFINITY);
    expect(targets.want([target('A', 'pinned')])).toEqual([]);
    expect(targets.get('gex', 'A')).toMatchObject({ dueAt: 77, tier: 'pinned' });
  });
});
