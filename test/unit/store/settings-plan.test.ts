import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepEverything } from '../../../src-main/contract/keeping.ts';
import { noOverride } from '../../../src-main/contract/limits.ts';
import { planFrom } from '../../../src-main/store/settings-plan.ts';
import { retentionFrom } from '../../../src-main/store/settings-retention.ts';
import { noon } from './samples.ts';

const unset = { providers: {}, intervals: {}, pins: [] };
const kingfisherOnly = (given: unknown) => planFrom({ providers: { kingfisher: given } }).providers.kingfisher;

describe('the plan in the settings', () => {
  it.each([
    ['nothing', undefined],
    ['a list', [{ providers: {} }]],
    ['an unknown provider', { providers: { coinglass: { reserve: 3 } } }],
    ['an override that is no object', { providers: { kaiko: 5 } }],
    ['an interval below the shortest', { intervals: { gex: 9_999 } }],
    ['an interval above the longest', { intervals: { gex: 86_400_001 } }],
    ['an interval that is a text', { intervals: { gex: '60000' } }],
    ['an interval of a kind nobody knows', { intervals: { candles: 60_000 } }],
    ['a pin of an unknown provider', { pins: [{ provider: 'x', kind: 'gex', asset: 'BTC' }] }],
    ['a pin of an unknown kind', { pins: [{ provider: 'kaiko', kind: 'candles', asset: 'BTC' }] }],
    ['a pin of no asset', { pins: [{ provider: 'kaiko', kind: 'gex', asset: 'btc' }, null] }],
  ])('is as nobody had set it for %s', (_what, given) => {
    expect(planFrom(given)).toEqual(unset);
  });

  it('keeps the good parts of an override', () => {
    expect(kingfisherOnly({})).toEqual(noOverride);
    expect(
      kingfisherOnly({ amounts: { day: 0, burst: null, 'a b': 3, minute: -1, hour: '5' }, reserve: -1, hours: 25 }),
    ).toEqual({ amounts: { day: 0, burst: null }, reserve: 10, hours: null });
    expect(kingfisherOnly({ amounts: 7, reserve: 0, hours: 8 })).toEqual({ amounts: {}, reserve: 0, hours: 8 });
  });

  it('takes intervals up to both bounds', () => {
    const intervals = { gex: 10_000, 'order-flow': 86_400_000 };
    expect(planFrom({ intervals }).intervals).toEqual(intervals);
  });

  it('has each pin once, the first 200', () => {
    const pin = (i: number) => ({ provider: 'kaiko', kind: 'gex', asset: `A${i}` });
    const pins = Array.from({ length: 250 }, (_, i) => pin(i));
    expect(planFrom({ pins: [pin(0), ...pins] }).pins).toEqual(pins.slice(0, 200));
    expect(planFrom({ pins: [{ ...pin(1), colour: 'red' }] }).pins).toEqual([pin(1)]);
  });
});

const range = (more = {}) => ({ asset: 'BTC', from: noon, to: noon + 1, label: 'x', ...more });

describe('the retention in the settings', () => {
  it.each([
    ['nothing', undefined],
    ['an age of nothing', { maxAgeDays: 0 }],
    ['an age that is a text', { maxAgeDays: '30' }],
    ['an age below a day', { maxAgeDays: 0.99 }],
    ['a size that holds nothing', { maxBytes: 999_999 }],
    ['no number', { maxBytes: Number.NaN, maxAgeDays: Number.NaN }],
    ['a range that ends before it begins', { pinned: [range({ to: noon })] }],
    ['a range without a time', { pinned: [range({ from: null }), range({ to: Infinity }), 5] }],
    ['a range of an asset that is none', { pinned: [range({ asset: 'btc' }), range({ asset: undefined })] }],
  ])('deletes nothing for %s', (_what, given) => {
    expect(retentionFrom(given)).toEqual(keepEverything);
  });

  it('keeps a range whose label makes no sense', () => {
    expect(retentionFrom({ pinned: [range({ label: 3 }), range({ asset: null, label: ' y ' })] }).pinned).toEqual([
      range({ label: '' }),
      range({ asset: null, label: 'y' }),
    ]);
    expect(retentionFrom({ pinned: [range({ label: 'z'.repeat(201) })] }).pinned[0]?.label).toBe('z'.repeat(200));
  });

  it('has bounds up to their ends, and the first 200 ranges', () => {
    expect(retentionFrom({ maxAgeDays: 1, maxBytes: 1_000_000 })).toEqual({
      maxAgeDays: 1,
      maxBytes: 1_000_000,
      pinned: [],
    });
    const pinned = Array.from({ length: 201 }, (_, i) => range({ from: noon - i }));
    expect(retentionFrom({ pinned }).pinned).toEqual(pinned.slice(0, 200));
  });

  it('and the plan, of anything, are the same when they are read again', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        const plan = planFrom({ providers: one, intervals: other, pins: [one, other] });
        expect(planFrom(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
        const retention = retentionFrom({ maxAgeDays: one, maxBytes: other, pinned: [one, other] });
        expect(retentionFrom(JSON.parse(JSON.stringify(retention)))).toEqual(retention);
      }),
    );
  });
});
