import type { KeptRows, Retention, RetentionPreview, StoreState } from '../../../../src-main/contract/keeping.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';

const day = 86_400_000;

const kept = (now: number): KeptRows[] => [
  { thing: 'snapshots', rows: 412_310, bytes: 3_204_112_000, oldest: unixMs(now - 212 * day) },
  { thing: 'candles', rows: 1_204_882, bytes: 77_112_000, oldest: unixMs(now - 400 * day) },
  { thing: 'volumes', rows: 24_112, bytes: 4_822_400, oldest: unixMs(now - 365 * day) },
  { thing: 'liquidations', rows: 980_221, bytes: 62_734_144, oldest: unixMs(now - 40 * day) },
  { thing: 'rejected', rows: 3, bytes: 48_112, oldest: unixMs(now - 2 * day) },
  { thing: 'requests', rows: 0, bytes: 0, oldest: null },
];

export const sceneStore = (now: number): StoreState => ({
  file: '/home/trader/.config/halcyon/halcyon.db',
  bytes: 3_412_992_000,
  kept: kept(now),
  freeBytes: 48_112_992_000,
  checkedAt: unixMs(now - 3 * day),
  backedUpAt: null,
});

/** As if a third of what is older than the bound were all there is. */
export function scenePreview({ maxAgeDays, maxBytes, pinned }: Retention, now: number): RetentionPreview {
  const bounded = maxAgeDays !== null || maxBytes !== null;
  const gone = bounded
    ? kept(now).map((each) => ({ ...each, rows: Math.floor(each.rows / 3), bytes: Math.floor(each.bytes / 3) }))
    : [];
  return {
    gone,
    before: bounded ? unixMs(now - (maxAgeDays ?? 90) * day) : null,
    bytesBefore: 3_412_992_000,
    bytesAfter: bounded ? 2_296_714_000 : 3_412_992_000,
    keptByPins: bounded ? pinned.length * 1_204 : 0,
  };
}
