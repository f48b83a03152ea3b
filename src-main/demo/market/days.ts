import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { AssetSpec } from './assets.ts';
import { createRandom, seedOf } from './random.ts';

export const dayMs = 86_400_000;
/** Nothing was traded before; the daily recurrence starts here. */
export const epoch: UnixMs = unixMs(Date.UTC(2025, 0, 1));

/** A cascade of liquidations: a fast move, then part of it back. */
export interface Cascade {
  readonly minute: number;
  readonly minutes: number;
  /** Whole move of the market, as a logarithm; negative is down. */
  readonly move: number;
  readonly retraced: number;
  readonly retraceMinutes: number;
}

/** One day of the market all assets share. */
export interface MarketDay {
  readonly regime: 'range' | 'up' | 'down';
  /** Standard deviation of the day's return. */
  readonly volatility: number;
  readonly change: number;
  readonly cascades: readonly Cascade[];
  /** Logarithm of how full positions are, around 0. */
  readonly positioning: number;
}

/** One day of one asset. Prices are natural logarithms of USD. */
export interface AssetDay {
  readonly open: number;
  readonly close: number;
  readonly volatility: number;
}

export interface Days {
  /** `index` counts days since the epoch. */
  market(index: number): MarketDay;
  asset(spec: AssetSpec, index: number): AssetDay;
}

/** Regimes last about a week; volatility clusters; prices are pulled back to their anchor over about a quarter. */
export function createDays(seed: number): Days {
  const market: MarketDay[] = [];
  const assets = new Map<AssetSpec, AssetDay[]>();
  let regime: MarketDay['regime'] = 'range';
  let logVolatility = 0;
  let positioning = 0;

  const nextMarketDay = (index: number): MarketDay => {
    const random = createRandom(seedOf(seed, 'market-day', index));
    if (random.uniform() < (regime === 'range' ? 0.16 : 0.22)) {
      const draw = random.uniform();
      regime =
        regime === 'range' ? (draw < 0.52 ? 'up' : 'down') : draw < 0.65 ? 'range' : regime === 'up' ? 'down' : 'up';
    }
    logVolatility = Math.max(-0.9, Math.min(0.9, 0.88 * logVolatility + 0.2 * random.normal()));
    const volatility = 0.019 * Math.exp(logVolatility) * (regime === 'range' ? 0.75 : 1.1);
    const drift = regime === 'range' ? 0 : regime === 'up' ? 0.0065 : -0.0075;
    const cascades = drawCascades(random, regime);
    const kept = cascades.reduce((sum, cascade) => sum + cascade.move * (1 - cascade.retraced), 0);
    const change = drift + volatility * Math.max(-3, Math.min(3, random.normal())) + 0.5 * kept;
    positioning = 0.93 * positioning + 0.025 * random.normal() + 0.6 * change - 1.2 * Math.abs(kept);
    return { regime, volatility, change, cascades, positioning: Math.max(-0.35, Math.min(0.35, positioning)) };
  };

  const marketDay = (index: number): MarketDay => {
    while (market.length <= index) market.push(nextMarketDay(market.length));
    return market[index]!;
  };

  const assetDay = (spec: AssetSpec, index: number): AssetDay => {
    let days = assets.get(spec);
    if (!days) assets.set(spec, (days = []));
    while (days.length <= index) {
      const at = days.length;
      const random = createRandom(seedOf(seed, 'asset-day', spec.asset, at));
      const shared = marketDay(at);
      const anchor = Math.log(spec.anchor);
      const open = at === 0 ? anchor + 0.08 * random.normal() : days[at - 1]!.close;
      const own = spec.ownVolatility * Math.exp(logScale(shared.volatility)) * random.normal();
      const free = open + spec.beta * shared.change + own - 0.012 * (open - anchor);
      const close = Math.max(anchor - 0.75, Math.min(anchor + 0.75, free));
      const volatility = Math.hypot(spec.beta * shared.volatility, spec.ownVolatility);
      days.push({ open, close, volatility });
    }
    return days[index]!;
  };

  return { market: marketDay, asset: assetDay };
}

const logScale = (volatility: number): number => 0.5 * Math.log(volatility / 0.019);

function drawCascades(random: ReturnType<typeof createRandom>, regime: MarketDay['regime']): readonly Cascade[] {
  const cascades: Cascade[] = [];
  const add = (smallest: number, spread: number): void => {
    const up = random.uniform() < (regime === 'up' ? 0.5 : regime === 'down' ? 0.25 : 0.4);
    cascades.push({
      minute: 20 + Math.floor(random.uniform() * 1300),
      minutes: 2 + Math.floor(random.uniform() * 6),
      move: (up ? 0.75 : -1) * (smallest + spread * random.uniform()),
      retraced: 0.35 + 0.5 * random.uniform(),
      retraceMinutes: 15 + Math.floor(random.uniform() * 90),
    });
  };
  if (random.uniform() < 0.3) add(0.008, 0.012);
  if (random.uniform() < 0.03) add(0.035, 0.04);
  return cascades;
}
