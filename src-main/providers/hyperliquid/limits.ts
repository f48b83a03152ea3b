import type { LimitRule } from '../../contract/limits.ts';
import { timeframeMs, timeframes } from '../../contract/market.ts';
import type { DemandKind } from '../../contract/plan.ts';
import type { WeighedRequest } from '../provider.ts';
import { intervalOf, pageRows } from './candles.ts';

const minute: LimitRule = {
  id: 'minute',
  label: 'weight a minute',
  unit: 'weight',
  amount: 1200,
  windowMs: 60_000,
  window: 'rolling',
  told: false,
  basis:
    'Hyperliquid’s documentation allows an address a weight of 1,200 a minute, which is 1,200 ÷ 60 = 20 a second; a question weighs 20, and candles 1 more for each 60 that come. That 60 begun count as 60, and that any minute counts, is inferred.',
};

export const hyperliquidLimits: readonly LimitRule[] = [minute];

const question = 20;
const candlesPerWeight = 60;

/** Candles are counted as asked for: those that did not come would weigh less. */
export function weigh({ body }: WeighedRequest): number {
  const asked = candlesIn(body);
  return question + Math.ceil(asked / candlesPerWeight);
}

/** Most candles that may answer a question; 0: it is not one for candles. Shape: `{type, req: {interval, startTime, endTime}}`. */
function candlesIn(body: string | null): number {
  const { type, req } = questionIn(body);
  if (type !== 'candleSnapshot' || req === undefined) return 0;
  const timeframe = timeframes.find((name) => intervalOf[name] === req.interval);
  if (timeframe === undefined) return pageRows;
  const length = timeframeMs[timeframe];
  // A candle that only overlaps the range may come (inferred).
  const candles = Math.floor(Number(req.endTime) / length) - Math.floor(Number(req.startTime) / length) + 1;
  return Number.isFinite(candles) ? Math.min(Math.max(candles, 0), pageRows) : pageRows;
}

interface Question {
  readonly type?: unknown;
  readonly req?: { readonly interval?: unknown; readonly startTime?: unknown; readonly endTime?: unknown };
}

function questionIn(body: string | null): Question {
  try {
    return (JSON.parse(body ?? '') as Question | null) ?? {};
  } catch {
    return {};
  }
}

/** Candles asked for again are the newest few. */
export const costOf = (kind: DemandKind): number => (kind === 'candles' ? question + 1 : question);
