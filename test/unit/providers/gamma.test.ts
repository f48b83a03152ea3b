import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { callDeltaOf, gammaOf, yearsUntil } from '../../../src-main/providers/gamma/black-76.ts';
import { exposureOf, type Chain, type ChainOption } from '../../../src-main/providers/gamma/chain.ts';
import { curveOf, flipOf } from '../../../src-main/providers/gamma/flip.ts';
import { optionName } from '../../../src-main/providers/gamma/option-name.ts';
import { profileOf } from '../../../src-main/providers/gamma/profile.ts';
import { callWallOf, putWallOf } from '../../../src-main/providers/gamma/walls.ts';
import { arrival } from './context.ts';

const dayMs = 86_400_000;
/** A quarter of a year of 365 days. */
const quarter = unixMs(arrival + 91.25 * dayMs);
const option = (more: Partial<ChainOption>): ChainOption => ({
  ...{ type: 'call', strike: 100, expiry: quarter, openInterest: 10, sigma: 0.5, forward: 100, gamma: null },
  ...more,
});
const chain = (...options: ChainOption[]): Chain => ({ spot: 100, at: arrival, options });

describe('Black-76', () => {
  const years = yearsUntil(unixMs(Date.UTC(2024, 8, 27, 8)), unixMs(1699578548021));
  const published = { forward: 38992.71, strike: 40000, sigma: 0.6127, years };

  test('the option that Deribit published: BTC-27SEP24-40000-C', () => {
    expect(years).toBeCloseTo(0.8829734899, 10);
    expect(callDeltaOf(published)).toBeCloseTo(0.596217, 6);
    expect(gammaOf(published)).toBeCloseTo(1.7251333e-5, 12);
    expect(exposureOf(gammaOf(published), 368.8, 36552.72)).toBeCloseTo(85_006.66, 2);
  });

  test.each([
    ['at expiry', { years: 0 }],
    ['after expiry', { years: -0.1 }],
    ['without volatility', { sigma: 0 }],
    ['with a negative one', { sigma: -0.5 }],
    ['with none', { sigma: NaN }],
  ])('gamma is 0 %s', (_, more) => expect(gammaOf({ ...published, ...more })).toBe(0));

  test('delta is where gamma sums up to: 0 far below, a half near the strike, 1 far above', () => {
    const at = (forward: number) => callDeltaOf({ forward, strike: 100, sigma: 0.5, years: 0.25 });
    expect(at(10)).toBeLessThan(1e-15);
    expect(at(1000)).toBe(1);
    expect(at(100)).toBeCloseTo(0.549738, 6);
    // The derivative of delta is gamma, on both sides of where the distribution changes its formula.
    for (const forward of [30, 36.5, 37, 80, 100, 140, 260, 270]) {
      const slope = (at(forward + 1e-3) - at(forward - 1e-3)) / 2e-3;
      expect(slope).toBeCloseTo(gammaOf({ forward, strike: 100, sigma: 0.5, years: 0.25 }), 9);
    }
  });
});

describe('a profile', () => {
  test('per strike calls and puts, their sum, and the total', () => {
    const parts = profileOf(
      chain(
        option({ type: 'put', strike: 90, gamma: 0.01, openInterest: 20 }),
        option({ strike: 110, gamma: 0.02, openInterest: 30 }),
        option({ strike: 90, gamma: 0.01, openInterest: 5 }),
      ),
    );
    // gamma × coins × 100² × 0.01
    expect(parts).toMatchObject({ total: 45, regime: 'positive', callWall: 110, putWall: 90 });
    expect([parts.strikes, parts.calls, parts.puts, parts.gammaExposure].map((column) => [...column])).toEqual([
      [90, 110],
      [5, 60],
      [-20, 0],
      [-15, 60],
    ]);
    expect([...parts.totalGamma]).toEqual([NaN, NaN]);
  });

  test("the exchange's gamma is used where there is one, else it is computed", () => {
    const computed = gammaOf({ forward: 100, strike: 100, sigma: 0.5, years: 0.25 });
    expect(computed).toBeCloseTo(0.01583351, 8);
    expect(profileOf(chain(option({}))).total).toBe(computed * 10 * 100 * 100 * 0.01);
    expect(profileOf(chain(option({ gamma: 0.03 }))).total).toBeCloseTo(30, 12);
    expect(profileOf(chain(option({ gamma: 0.03, expiry: arrival }))).total).toBe(0);
  });

  test('the flip of one call and one put is where their gammas are equal', () => {
    // √(110·90) · e^(−σ²T/2) = 99.498744 · e^(−0.03125)
    const parts = profileOf(chain(option({ strike: 110 }), option({ strike: 90, type: 'put' })));
    expect(parts.flipLevel).toBeCloseTo(96.437523, 3);
    expect(String(parts.flipLevel).replace('.', '').length, 'digits that mean something').toBeLessThanOrEqual(7);
    expect(parts).toMatchObject({ positiveSide: 'above', regime: 'positive', callWall: 110, putWall: 90 });
  });

  test('twice the puts move its logarithm up by σ²T·ln2 / ln(110/90); forwards move with spot', () => {
    const options = [option({ strike: 110 }), option({ strike: 90, type: 'put', openInterest: 20 })];
    const expected = Math.sqrt(9900) * Math.exp(-0.03125 + (0.0625 * Math.log(2)) / Math.log(110 / 90));
    expect(expected).toBeCloseTo(119.675, 3);
    expect(profileOf(chain(...options)).flipLevel).toBeCloseTo(expected, 3);
    expect(profileOf(chain(...options)).regime).toBe('negative');
    const dearer = options.map((one) => ({ ...one, forward: 125, strike: one.strike * 1.25 }));
    expect(profileOf(chain(...dearer)).flipLevel).toBeCloseTo(expected, 3);
  });

  test('puts above calls make the side below the flip the positive one', () => {
    const parts = profileOf(chain(option({ strike: 90 }), option({ strike: 110, type: 'put' })));
    expect(parts).toMatchObject({ positiveSide: 'below', regime: 'negative' });
    expect(parts.flipLevel).toBeCloseTo(96.437523, 3);
  });

  test.each([
    ['only calls', [option({}), option({ strike: 120 })], 'positive'],
    ['only puts', [option({ type: 'put' })], 'negative'],
    ['calls and puts that cancel out', [option({}), option({ type: 'put' })], 'neutral'],
    ['nothing', [], 'neutral'],
    ['a change of sign beyond 20 %', [option({ strike: 200 }), option({ strike: 190, type: 'put' })], 'negative'],
  ])('%s has no flip', (_, options, regime) => {
    expect(profileOf(chain(...options))).toMatchObject({ flipLevel: null, positiveSide: null, regime });
  });

  test('of several changes of sign the one nearest to spot counts', () => {
    const spots = Float64Array.from([80, 90, 100, 110, 120]);
    expect(flipOf({ spots, totals: Float64Array.from([-1, 1, 3, -1, -2]) }, 100)).toEqual({
      ...{ level: 107.5, positiveSide: 'below' },
    });
    expect(flipOf({ spots, totals: Float64Array.from([-1, 1, 3, -1, -2]) }, 90)).toEqual({
      ...{ level: 85, positiveSide: 'above' },
    });
  });

  test('an exact zero of the curve is the flip when the signs beside it differ, and none when they do not', () => {
    const spots = Float64Array.from([80, 90, 100, 110, 120]);
    const flip = (...totals: number[]) => flipOf({ spots, totals: Float64Array.from(totals) }, 100);
    expect(flip(-1, 0, 3, 4, 5)).toEqual({ level: 90, positiveSide: 'above' });
    expect(flip(5, 4, 3, 0, -9)).toEqual({ level: 110, positiveSide: 'below' });
    expect(flip(-1, 0, 0, 0, 7)).toEqual({ level: 100, positiveSide: 'above' });
    expect(flip(1, 0, 1, 0, 0)).toBeNull();
    expect(flip(0, 0, -1, -2, -3)).toBeNull();
    expect(flip(0, 0, 0, 0, 0)).toBeNull();
  });

  test('the curve at spot is the computed total, in 401 points from −20 % to +20 %', () => {
    const whole = chain(option({ strike: 95, openInterest: 7 }), option({ type: 'put', sigma: 0.9, forward: 104 }));
    const { spots, totals } = curveOf(whole);
    expect([spots.length, spots[0], spots[200], spots[400]]).toEqual([401, 80, 100, 120]);
    expect(totals[200]).toBeCloseTo(profileOf(whole).total, 12);
    const moved = {
      ...whole,
      spot: 120,
      options: whole.options.map((one) => ({ ...one, forward: one.forward * 1.2 })),
    };
    expect(totals[400]).toBeCloseTo(profileOf(moved).total, 12);
  });

  test('walls are the extremes, the lower of equals, and null where there is none', () => {
    const strikes = Float64Array.from([90, 100, 110]);
    expect(callWallOf(strikes, Float64Array.from([1, 5, 5]))).toBe(100);
    expect(putWallOf(strikes, Float64Array.from([-1, 0, -2]))).toBe(110);
    expect([callWallOf(strikes, new Float64Array(3)), putWallOf(strikes, new Float64Array(3))]).toEqual([null, null]);
  });
});

describe('for any chain', () => {
  const options = fc.array(
    fc.record({
      type: fc.constantFrom('call', 'put'),
      strike: fc.integer({ min: 50, max: 150 }),
      expiry: fc.integer({ min: -2, max: 400 }).map((days) => unixMs(arrival + days * dayMs)),
      openInterest: fc.integer({ min: 0, max: 100_000 }),
      sigma: fc.integer({ min: 0, max: 300 }).map((percent) => percent / 100),
      forward: fc.integer({ min: 80, max: 120 }),
      gamma: fc.constant(null),
    }),
    { maxLength: 30 },
  ) as fc.Arbitrary<ChainOption[]>;

  test('the strikes ascend and sum up to the total, calls and puts to the strikes', () => {
    fc.assert(
      fc.property(options, (list) => {
        const parts = profileOf(chain(...list));
        expect(parts.gammaExposure.reduce((sum, one) => sum + one, 0)).toBe(parts.total);
        parts.gammaExposure.forEach((sum, row) => expect(sum).toBe(parts.calls[row]! + parts.puts[row]!));
        expect([...parts.strikes]).toEqual([...new Set(list.map(({ strike }) => strike))].sort((a, b) => a - b));
        expect(parts.regime).toBe(parts.total > 0 ? 'positive' : parts.total < 0 ? 'negative' : 'neutral');
      }),
    );
  });

  test('the flip lies within the grid or is null, and has a side only then', () => {
    let found = 0;
    fc.assert(
      fc.property(options, (list) => {
        const { flipLevel, positiveSide } = profileOf(chain(...list));
        if (flipLevel !== null) {
          found += 1;
          expect(flipLevel).toBeGreaterThanOrEqual(80);
          expect(flipLevel).toBeLessThanOrEqual(120);
        }
        expect(positiveSide === null).toBe(flipLevel === null);
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(10);
  });

  test('the order of the options changes nothing', () => {
    fc.assert(
      fc.property(
        options.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => void expect(profileOf(chain(...shuffled))).toEqual(profileOf(chain(...list))),
      ),
    );
  });

  test('nor does it among options of one strike, type and expiry', () => {
    // In this order 0.1 + 0.2 + 0.3 differs from 0.3 + 0.2 + 0.1.
    const list = [0.1, 0.2, 0.3].map((openInterest) => option({ openInterest, gamma: 0.01 }));
    const vols = [0.31, 0.47, 0.83].map((sigma) => option({ sigma, openInterest: 1 }));
    const gammas = [0.011, 0.023, 0.037].map((gamma) => option({ gamma, openInterest: 1 }));
    for (const each of [list, vols, gammas]) {
      for (const turned of [[...each].reverse(), [each[1]!, each[2]!, each[0]!], [each[2]!, each[0]!, each[1]!]]) {
        expect(profileOf(chain(...turned))).toEqual(profileOf(chain(...each)));
      }
    }
  });

  test('four times the open interest is four times the exposure, with the same flip and walls', () => {
    fc.assert(
      fc.property(options, (list) => {
        const one = profileOf(chain(...list));
        const four = profileOf(chain(...list.map((each) => ({ ...each, openInterest: each.openInterest * 4 }))));
        expect([...four.gammaExposure]).toEqual([...one.gammaExposure].map((exposure) => exposure * 4));
        expect({ ...four, total: 0, gammaExposure: 0, calls: 0, puts: 0 }).toEqual({
          ...{ ...one, total: 0, gammaExposure: 0, calls: 0, puts: 0 },
        });
        expect(four.total).toBe(one.total * 4);
      }),
    );
  });

  test('calls and puts exchanged turn every sign and every side', () => {
    fc.assert(
      fc.property(options, (list) => {
        const one = profileOf(chain(...list));
        const other = profileOf(
          chain(...list.map((each) => ({ ...each, type: each.type === 'call' ? 'put' : 'call' }) as const)),
        );
        expect(other.total).toBeCloseTo(-one.total, 6);
        expect([other.callWall, other.putWall]).toEqual([one.putWall, one.callWall]);
      }),
    );
  });
});

describe('the name of an option', () => {
  test.each([
    ['BTC-27SEP24-40000-C', { coin: 'BTC', expiry: Date.UTC(2024, 8, 27, 8), strike: 40000, type: 'call' }],
    ['ETH-3JAN25-3400-P', { coin: 'ETH', expiry: Date.UTC(2025, 0, 3, 8), strike: 3400, type: 'put' }],
    ['SOL-29FEB28-182.5-C-USDT', { coin: 'SOL', expiry: Date.UTC(2028, 1, 29, 8), strike: 182.5, type: 'call' }],
    ['XRP-6FEB26-0d55-P', { coin: 'XRP', expiry: Date.UTC(2026, 1, 6, 8), strike: 0.55, type: 'put' }],
  ])('%s', (name, read) => expect(optionName(name)).toEqual(read));

  test.each(['BTC-PERPETUAL', 'BTC-30FEB26-40000-C', 'BTC-1FOO26-40000-C', 'BTC-6FEB26-0-C', 'BTC-6FEB26-40000-X', ''])(
    '%s is none',
    (name) => expect(() => optionName(name)).toThrow(),
  );
});
