import type { IPrimitivePaneView } from 'lightweight-charts';
import { formatAmount } from '../../../format/amount.ts';
import { formatPrice } from '../../../format/price.ts';
import { lowerBound } from '../../band-levels.ts';
import { axisKey } from '../../coordinates.ts';
import type { PaneSize, PriceAxis } from '../../coordinates.ts';
import { profileWidth } from '../../gex-levels.ts';
import type { GexLevels } from '../../gex-levels.ts';
import { staleOpacity, staleTextOpacity } from '../../theme.ts';
import type { GexState } from './options.ts';
import { GexLinesRenderer, GexProfileRenderer, lineText, noDrawing } from './renderer.ts';
import type { GexDrawing, StrikeBar, StrikeLine } from './renderer.ts';

/** Computes coordinates, in `update` only, and only when data or the price scale changed. */
export class GexView {
  readonly #lines = new GexLinesRenderer();
  readonly #profile = new GexProfileRenderer();
  #key = '';
  #state: GexState | null = null;

  readonly paneViews: readonly IPrimitivePaneView[] = [
    { zOrder: () => 'normal', renderer: () => this.#lines },
    { zOrder: () => 'top', renderer: () => this.#profile },
  ];

  get drawing(): GexDrawing {
    return this.#profile.drawing;
  }

  update(state: GexState, axis: PriceAxis, size: PaneSize): void {
    const key = axisKey(axis, size);
    if (key === this.#key && state === this.#state) return;
    this.#key = key;
    this.#state = state;
    const drawing = state.levels === null ? noDrawing : drawGex(state.levels, state, axis, size);
    for (const renderer of [this.#lines, this.#profile]) {
      renderer.drawing = drawing;
      renderer.theme = state.theme;
      renderer.opacity = state.stale ? staleOpacity : 1;
    }
    this.#profile.textOpacity = state.stale ? staleTextOpacity : 1;
  }
}

/** The part of a profile that is in view, in CSS pixels. */
export function drawGex(
  levels: GexLevels,
  { tickSize, topInset }: Pick<GexState, 'tickSize' | 'topInset'>,
  axis: PriceAxis,
  size: PaneSize,
): GexDrawing {
  const edges = [axis.coordinateToPrice(0), axis.coordinateToPrice(size.height)];
  if (edges[0] == null || edges[1] == null) return noDrawing;
  const low = Math.min(edges[0], edges[1]);
  const high = Math.max(edges[0], edges[1]);
  const inView = (price: number) => price >= low && price <= high;
  const total = levels.mostPositive + levels.mostNegative;
  const width = profileWidth(size.width);
  const axisX = size.width - 3 - (total === 0 ? 0 : (width * levels.mostPositive) / total);
  const bars: StrikeBar[] = [];
  for (let i = lowerBound(levels.strikes, low); i < levels.strikes.length && (levels.strikes[i] ?? 0) <= high; i++) {
    const gamma = levels.gamma[i] ?? 0;
    const y = axis.priceToCoordinate(levels.strikes[i] ?? 0);
    if (y === null || !(Math.abs(gamma) > 0)) continue;
    const length = (width * Math.abs(gamma)) / total;
    bars.push({ y, x: gamma > 0 ? axisX : axisX - length, width: length, positive: gamma > 0 });
  }
  const flipY = levels.flip !== null && inView(levels.flip) ? axis.priceToCoordinate(levels.flip) : null;
  const taken: number[] = [];
  /** Where a line's name stands: above the line, below it where a legend or another name is above, else nowhere. */
  const nameY = (lineY: number): number | null => {
    const places = [lineY - lineText.height / 2 - 1, lineY + lineText.height / 2 + 2];
    const isFree = (y: number) =>
      y - lineText.height / 2 >= topInset && taken.every((other) => Math.abs(other - y) >= lineText.height);
    const y = places.find(isFree) ?? null;
    if (y !== null) taken.push(y);
    return y;
  };
  const flip =
    flipY === null ? null : { y: flipY, textY: nameY(flipY), text: `GEX flip ${trimmed(levels.flip ?? 0, tickSize)}` };
  const walls: StrikeLine[] = [];
  for (const { kind, price, gamma } of levels.walls) {
    const y = inView(price) ? axis.priceToCoordinate(price) : null;
    if (y === null) continue;
    const positive = kind === 'strike' ? gamma > 0 : kind === 'call-wall';
    const size = Number.isFinite(gamma) ? ` · ${gamma > 0 ? '+' : ''}${formatAmount(gamma, 'usd')}` : '';
    const text = `${lineNames[kind]} ${trimmed(price, tickSize)}${size}`;
    walls.push({ y, textY: nameY(y), text, positive });
  }
  return { bars, barHeight: barHeight(bars), axisX, left: size.width - width - 3, walls, flip };
}

const lineNames = { strike: 'GEX', 'call-wall': 'GEX call wall', 'put-wall': 'GEX put wall' } as const;

const trimmed = (price: number, tickSize: number): string => formatPrice(price, tickSize).replace(/\.0+$/, '');

/** As thick as the closest strikes allow, from 1 to 6 CSS pixels. */
function barHeight(bars: readonly StrikeBar[]): number {
  let closest = 8;
  for (let i = 1; i < bars.length; i++) {
    closest = Math.min(closest, Math.abs((bars[i]?.y ?? 0) - (bars[i - 1]?.y ?? 0)));
  }
  return Math.min(6, Math.max(1, closest - 1));
}
