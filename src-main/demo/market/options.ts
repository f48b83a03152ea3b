import type { UnixMs } from '../../contract/market.ts';
import { unixMs } from '../../contract/market.ts';
import type { AssetSpec } from './assets.ts';
import { dayMs, epoch } from './days.ts';
import type { Prices } from './prices.ts';
import { noiseAt, normalAt, seedOf } from './random.ts';

export interface DemoOption {
  readonly expiry: UnixMs;
  readonly strike: number;
  readonly type: 'call' | 'put';
  /** Fraction per year. */
  readonly markIv: number;
  /** Coins, on the larger of the venues. */
  readonly openInterest: number;
}

export interface Options {
  /** Ascending by expiry, strike and type; empty for an asset without options. */
  chain(spec: AssetSpec, at: UnixMs): readonly DemoOption[];
  /** Price for an expiry: spot with its carry, to the cent. */
  forward(spec: AssetSpec, expiry: UnixMs, at: UnixMs): number;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `BTC-27SEP24-40000-C`, as the venues write it: the day without a leading zero. */
export function optionName({ asset }: AssetSpec, { expiry, strike, type }: DemoOption): string {
  const date = new Date(expiry);
  const day = `${date.getUTCDate()}${months[date.getUTCMonth()]}${String(date.getUTCFullYear()).slice(2)}`;
  return `${asset}-${day}-${strike}-${type === 'call' ? 'C' : 'P'}`;
}

interface Board {
  readonly strikeStep: number;
  /** Strikes that attract most. */
  readonly roundStep: number;
  /** Coins in the fullest ordinary strike of an expiry, one type. */
  readonly coins: number;
  /** Volatility above that of the market as a whole. */
  readonly premium: number;
}

const boards: Readonly<Record<string, Board>> = {
  BTC: { strikeStep: 1000, roundStep: 5000, coins: 1400, premium: 1.05 },
  ETH: { strikeStep: 50, roundStep: 250, coins: 16_000, premium: 1.1 },
  SOL: { strikeStep: 2, roundStep: 10, coins: 3200, premium: 1.1 },
};

/** Weeks from the first Friday to each expiry, how full it is, and how many steps lie between its strikes. */
const listed = [
  { weeks: 0, share: 0.55, stride: 1 },
  { weeks: 1, share: 0.4, stride: 1 },
  { weeks: 2, share: 0.35, stride: 1 },
  { weeks: 4, share: 1, stride: 1 },
  { weeks: 8, share: 0.6, stride: 2 },
  { weeks: 17, share: 1, stride: 2 },
  { weeks: 30, share: 0.7, stride: 5 },
] as const;

const weekMs = 7 * dayMs;
const yearMs = 365 * dayMs;
/** Any Friday at 08:00 UTC, when options expire. */
const someFriday = Date.UTC(2024, 0, 5, 8);
const carryPerYear = 0.06;

/** Listed options as functions of time: calls are held above, puts below the price of the last days. */
export function createOptions(prices: Prices): Options {
  return {
    chain: (spec, at) => {
      const board = boards[spec.asset];
      if (board === undefined) return [];
      const friday = nextFriday(at);
      return listed.flatMap(({ weeks, share, stride }) =>
        expiryOf(prices, spec, board, { expiry: unixMs(friday + weeks * weekMs), share, stride, at }),
      );
    },
    forward: (spec, expiry, at) => {
      const years = Math.max(0, expiry - at) / yearMs;
      return Math.round(prices.price(spec, at) * Math.exp(carryPerYear * years) * 100) / 100;
    },
  };
}

/** At least an hour away, so that nothing expires while it is looked at. */
const nextFriday = (at: UnixMs): number => someFriday + Math.ceil((at + 3_600_000 - someFriday) / weekMs) * weekMs;

interface Listing {
  readonly expiry: UnixMs;
  readonly share: number;
  readonly stride: number;
  readonly at: UnixMs;
}

function expiryOf(prices: Prices, spec: AssetSpec, board: Board, listing: Listing): DemoOption[] {
  const { expiry, share, at } = listing;
  const years = (expiry - at) / yearMs;
  const listedAt = unixMs(Math.max(epoch, Math.floor(at / dayMs) * dayMs));
  const day = (listedAt - epoch) / dayMs;
  const volatility = Math.max(
    0.25,
    Math.min(1.2, prices.days.asset(spec, day).volatility * Math.sqrt(365) * board.premium),
  );
  const centre = Math.exp(prices.days.asset(spec, day).open);
  const width = Math.max(0.05, volatility * Math.sqrt(years));
  const step = board.strikeStep * listing.stride;
  const first = Math.ceil((centre * Math.exp(-2.6 * width)) / step);
  const last = Math.floor((centre * Math.exp(2.6 * width)) / step);
  const made: DemoOption[] = [];
  for (let k = Math.max(1, first); k <= last; k += 1) {
    const strike = k * step;
    const distance = Math.log(strike / centre) / width;
    const markIv = Math.round(volatility * (1 - 0.03 * distance + 0.035 * distance * distance) * 1e4) / 1e4;
    for (const type of ['call', 'put'] as const) {
      const bell = Math.exp(-(((distance - (type === 'call' ? 0.75 : -0.7)) / 1.1) ** 2) / 2);
      const round = strike % board.roundStep === 0 ? 2.2 : 1;
      const habit = Math.exp(0.5 * normalAt(prices.seed, 'option', spec.asset, type, strike, expiry / 3_600_000));
      const noise = noiseAt(seedOf(prices.seed, spec.asset, strike), `option-${type}-${expiry}`, at, 6 * 3_600_000);
      const coins = board.coins * share * bell * round * habit * Math.max(0.3, 1 + 0.1 * noise);
      // A few strikes that nobody holds, as on any board.
      const openInterest = Math.abs(distance) > 2.3 && habit < 1 ? 0 : Math.round(coins * 10) / 10;
      made.push({ expiry, strike, type, markIv, openInterest });
    }
  }
  return made;
}
