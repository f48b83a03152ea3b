import type { ITimeScaleApi, Time } from 'lightweight-charts';

/** The candles that the chart holds, by their place on the time scale: 0 … `count` − 1. */
export interface BarTimes {
  readonly count: number;
  /** Length of a candle. */
  readonly stepMs: number;
  /** When the candle opens (UnixMs); NaN where there is none. */
  timeAt(index: number): number;
  /** The first candle that does not open before a time; `count` when all do. */
  indexOf(time: number): number;
}

/** Which candles are seen and where: the middle of candle i is at `origin + i × spacing`, CSS pixels from the pane's left. */
export interface BarView {
  readonly first: number;
  readonly last: number;
  readonly origin: number;
  readonly spacing: number;
}

type TimeScale = Pick<ITimeScaleApi<Time>, 'getVisibleLogicalRange' | 'logicalToCoordinate'>;

/** Null while no candle is in view. */
export function barView(scale: TimeScale, { count }: BarTimes): BarView | null {
  const range = scale.getVisibleLogicalRange();
  const place = (index: number) => scale.logicalToCoordinate(index as Parameters<TimeScale['logicalToCoordinate']>[0]);
  const [origin, next] = [place(0), place(1)];
  if (range === null || origin === null || next === null) return null;
  const first = Math.max(0, Math.floor(range.from));
  const last = Math.min(count - 1, Math.ceil(range.to));
  return first > last ? null : { first, last, origin, spacing: next - origin };
}

/** Changes whenever other candles are seen, or the same ones elsewhere. */
export function viewKey(view: BarView | null, bars: BarTimes): string {
  if (view === null) return '';
  const { first, last, origin, spacing } = view;
  return `${first}/${last}/${origin}/${spacing}/${bars.timeAt(0)}/${bars.timeAt(bars.count - 1)}`;
}
