import type { BarTimes, BarView } from './bar-times.ts';
import { firstFrom, volumeFlag } from './volume-columns.ts';
import type { VolumeColumns } from './volume-columns.ts';
import type { VolumeSide } from './volume-colours.ts';
import type { VolumeSource } from './volume-sources.ts';

/** Left, top, width and height of each, one after another; device pixels. */
export type Rects = number[];

/** One side of one histogram. */
export interface VolumeShape {
  readonly source: VolumeSource;
  readonly side: VolumeSide;
  /** Spans several candles: drawn behind, faded, with a cap. */
  readonly isWide: boolean;
  readonly whole: Rects;
  readonly partial: Rects;
  /** Of those whose sums do not agree. */
  readonly flagged: Rects;
}

/** Where an amount is: `zero − amount × perUnit` CSS pixels from the pane's top, shorts up and longs down. */
export interface VolumeScale {
  readonly zero: number;
  readonly perUnit: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** Rows of the columns that lie in candles `first` … `last`. */
function rowsWithin({ starts, spanMs }: VolumeColumns, bars: BarTimes, first: number, last: number): [number, number] {
  const from = firstFrom(starts, bars.timeAt(first) - spanMs + 1);
  const to = firstFrom(starts, bars.timeAt(last) + bars.stepMs);
  return [from, to];
}

/** The largest amount of either side in candles `first` … `last`; 0 when there is none. */
export function largestWithin(sources: readonly VolumeSource[], bars: BarTimes, first: number, last: number): number {
  let largest = 0;
  for (const { columns } of sources) {
    const [from, to] = rowsWithin(columns, bars, first, last);
    for (let row = from; row < to; row++) {
      largest = Math.max(largest, columns.longs[row] ?? 0, columns.shorts[row] ?? 0);
    }
  }
  return largest;
}

/**
 * What is drawn of the candles in view, rows of longer spans first: behind. Histograms of one span stand side by side
 * within the place of their row. What falls into one device pixel is drawn once, at its largest.
 */
export function layVolumes(
  sources: readonly VolumeSource[],
  bars: BarTimes,
  view: BarView,
  scale: VolumeScale,
): VolumeShape[] {
  const spans = [...new Set(sources.map(({ columns }) => columns.spanMs))].sort((a, b) => b - a);
  return spans.flatMap((span) => {
    const beside = sources.filter(({ columns }) => columns.spanMs === span);
    return beside.flatMap((source, lane) => laySource(source, bars, view, scale, { lane, lanes: beside.length }));
  });
}

interface Lane {
  readonly lane: number;
  readonly lanes: number;
}

function laySource(source: VolumeSource, bars: BarTimes, view: BarView, scale: VolumeScale, lane: Lane): VolumeShape[] {
  const { columns } = source;
  const isWide = columns.spanMs > bars.stepMs;
  const shape = (side: VolumeSide): VolumeShape => ({
    source,
    side,
    isWide,
    whole: [],
    partial: [],
    flagged: [],
  });
  const [long, short] = [shape('long'), shape('short')];
  const [from, to] = rowsWithin(columns, bars, view.first, view.last);
  let next = view.first;
  for (let row = from; row < to; row++) {
    const start = columns.starts[row] ?? NaN;
    if (isWide) next = bars.indexOf(start);
    else while (next <= view.last && bars.timeAt(next) < start) next += 1;
    const end = isWide ? bars.indexOf(start + columns.spanMs) : next + 1;
    // A candle that the chart does not hold has no place.
    if (end <= next || !(bars.timeAt(next) < start + columns.spanMs)) continue;
    const place = placeOf(next, end - 1, view, scale.ratio, lane);
    const flags = columns.flags[row] ?? 0;
    put(long, columns.longs[row] ?? 0, place, flags, scale);
    put(short, columns.shorts[row] ?? 0, place, flags, scale);
  }
  return [long, short];
}

interface Place {
  readonly left: number;
  readonly width: number;
}

/** Device pixels of a lane within candles `first` … `last`; a pixel of ground is left between neighbours if there is room. */
function placeOf(
  first: number,
  last: number,
  { origin, spacing }: BarView,
  ratio: number,
  { lane, lanes }: Lane,
): Place {
  const edge = (index: number): number => Math.round((origin + (index - 0.5) * spacing) * ratio);
  const [left, right] = [edge(first), edge(last + 1)];
  const all = Math.max(1, right - left - (right - left >= 4 ? 1 : 0));
  if (all < 2 * lanes) return { left, width: all };
  const cut = (at: number): number => Math.round((all * at) / lanes);
  const width = cut(lane + 1) - cut(lane);
  return { left: left + cut(lane), width: width >= 5 && lane < lanes - 1 ? width - 1 : width };
}

function put(
  shape: VolumeShape,
  amount: number,
  place: Place,
  flags: number,
  { zero, perUnit, ratio }: VolumeScale,
): void {
  if (!(amount > 0)) return;
  const base = Math.round(zero * ratio);
  const height = Math.max(1, Math.round(amount * perUnit * ratio));
  const isShort = shape.side === 'short';
  const top = isShort ? base - height : base + 1;
  add(flags & volumeFlag.partial ? shape.partial : shape.whole, place, top, height, isShort);
  if (flags & (volumeFlag.sides | volumeFlag.exchanges)) add(shape.flagged, place, top, height, isShort);
}

/** Onto the one before it if that has the same place, where the larger of the two stays. */
function add(rects: Rects, { left, width }: Place, top: number, height: number, isShort: boolean): void {
  const at = rects.length - 4;
  if (at < 0 || rects[at] !== left || rects[at + 2] !== width) {
    rects.push(left, top, width, height);
    return;
  }
  if (height <= (rects[at + 3] ?? 0)) return;
  rects[at + 3] = height;
  if (isShort) rects[at + 1] = top;
}
