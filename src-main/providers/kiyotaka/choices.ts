import type { Asset } from '../../contract/market.ts';
import type { AmountUnit } from '../../contract/snapshot.ts';
import type { Options } from '../provider.ts';

/** What `interval` may be, in the provider's words. */
export const intervalNames = [
  'MINUTE',
  'FIVE_MINUTES',
  'FIFTEEN_MINUTES',
  'HOUR',
  'FOUR_HOURS',
  'DAY',
  'WEEK',
] as const;
export type IntervalName = (typeof intervalNames)[number];

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

export interface Interval {
  readonly ms: number;
  readonly label: string;
  /** Before a noun: `1-minute columns`. */
  readonly adjective: string;
}

export const intervals: Readonly<Record<IntervalName, Interval>> = {
  MINUTE: { ms: minuteMs, label: '1 minute', adjective: '1-minute' },
  FIVE_MINUTES: { ms: 5 * minuteMs, label: '5 minutes', adjective: '5-minute' },
  FIFTEEN_MINUTES: { ms: 15 * minuteMs, label: '15 minutes', adjective: '15-minute' },
  HOUR: { ms: 60 * minuteMs, label: '1 hour', adjective: '1-hour' },
  FOUR_HOURS: { ms: 240 * minuteMs, label: '4 hours', adjective: '4-hour' },
  DAY: { ms: dayMs, label: '1 day', adjective: '1-day' },
  WEEK: { ms: 7 * dayMs, label: '1 week', adjective: '1-week' },
};

/** Levels of a column that cost nothing extra, and as many as come when `maxDepth` is not sent. */
export const includedDepth = 1500;
export const mostDepth = 45_000;

export const fallbacks = {
  unit: 'usd',
  interval: 'HOUR',
  heatmapInterval: 'MINUTE',
  maxDepth: String(includedDepth),
  exchanges: 'BINANCE_FUTURES,BYBIT,OKEX_SWAP',
} as const;

export interface Choices {
  readonly unit: Exclude<AmountUnit, 'relative'>;
  readonly interval: IntervalName;
  readonly heatmapInterval: IntervalName;
  readonly maxDepth: number;
  /** The provider's names, ascending and without repetition: the order in which they were typed changes no sum. */
  readonly exchanges: readonly string[];
}

/** The options as they are set. What cannot be read is as if it were not set. */
export function choicesOf(options: Options): Choices {
  const depth = Number(options['maxDepth']);
  const exchanges = exchangesIn(options['exchanges'] ?? '');
  return {
    unit: options['unit'] === 'coin' ? 'coin' : fallbacks.unit,
    interval: intervalOr(options['interval'], fallbacks.interval),
    heatmapInterval: intervalOr(options['heatmapInterval'], fallbacks.heatmapInterval),
    maxDepth: Number.isInteger(depth) && depth >= 1 && depth <= mostDepth ? depth : includedDepth,
    exchanges: exchanges.length === 0 ? exchangesIn(fallbacks.exchanges) : exchanges,
  };
}

const intervalOr = (value: string | undefined, fallback: IntervalName): IntervalName =>
  intervalNames.find((name) => name === value) ?? fallback;

function exchangesIn(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toUpperCase());
  return [...new Set(names.filter((name) => /^[A-Z0-9_]{1,40}$/.test(name)))].sort();
}

/** `MINUTE/usd/1500`: columns of another step, unit or depth are another series. */
export const heatmapVariant = ({ heatmapInterval, unit, maxDepth }: Choices): string =>
  `${heatmapInterval}/${unit}/${maxDepth}`;

/** `HOUR/usd/BINANCE_FUTURES+BYBIT`. */
export const volumesVariant = ({ interval, unit, exchanges }: Choices): string =>
  `${interval}/${unit}/${exchanges.join('+')}`;

/** Exchanges whose contract of an asset is known to be named `BTCUSDT` (Binance is documented; Bybit's own name is the same). */
const namedBySymbol: ReadonlySet<string> = new Set(['BINANCE_FUTURES', 'BYBIT']);

/**
 * Which contracts the volumes are of. One exchange of known names is asked for its one contract in USDT. All else is asked
 * by coin and summed, one exchange as well: OKX, for instance, names contracts in a way of its own, and a name that does
 * not exist would look like a market without liquidations.
 */
export function marketOf(
  asset: Asset,
  { exchanges }: Choices,
): { readonly isGrouped: boolean; readonly parameters: string } {
  const isGrouped = exchanges.length > 1 || !namedBySymbol.has(exchanges[0] ?? '');
  const names = exchanges.map((name) => `exchange=${name}`).join('&');
  return { isGrouped, parameters: isGrouped ? `${names}&coin=${asset}` : `${names}&rawSymbol=${asset}USDT` };
}
