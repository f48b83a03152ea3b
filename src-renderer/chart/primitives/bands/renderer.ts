import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import type { Fill } from '../../texture.ts';
import type { BandRun } from './rows.ts';

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0];

/** The bands: under the candles, above the grid. */
export class BandsRenderer implements IPrimitivePaneRenderer {
  runs: readonly BandRun[] = [];
  fills: readonly Fill[] = [];
  /** Device pixels per CSS pixel that `runs` were computed for. */
  ratio = 1;
  opacity = 1;
  isTextured = false;
  #picture: Picture | null = null;
  onRatio: (ratio: number) => void = () => {};

  draw(): void {}

  drawBackground(target: Target): void {
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio }) => {
      if (verticalPixelRatio !== this.ratio) this.onRatio(verticalPixelRatio);
      const scale = verticalPixelRatio / this.ratio;
      context.globalAlpha = this.opacity;
      if (!this.isTextured) fillRuns(context, this, bitmapSize.width, scale);
      else if (this.runs.length > 0) context.drawImage(this.#pictureOf(bitmapSize, scale), 0, 0);
      context.globalAlpha = 1;
    });
  }

  /** Filling with a pattern costs several times what copying the picture of it costs, and runs change less often than frames. */
  #pictureOf({ width, height }: { width: number; height: number }, scale: number): OffscreenCanvas {
    const { runs, fills } = this;
    const known = this.#picture;
    if (
      known?.runs === runs &&
      known.fills === fills &&
      known.scale === scale &&
      known.canvas.width === width &&
      known.canvas.height === height
    ) {
      return known.canvas;
    }
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context !== null) fillRuns(context, this, width, scale);
    this.#picture = { canvas, runs, fills, scale };
    return canvas;
  }
}

interface Picture {
  readonly canvas: OffscreenCanvas;
  readonly runs: readonly BandRun[];
  readonly fills: readonly Fill[];
  readonly scale: number;
}

type Context = Pick<CanvasRenderingContext2D, 'fillStyle' | 'fillRect'>;

function fillRuns(
  context: Context,
  { runs, fills }: Pick<Picture, 'runs' | 'fills'>,
  width: number,
  scale: number,
): void {
  let code = 0;
  for (const run of runs) {
    if (run.code !== code) {
      code = run.code;
      context.fillStyle = fills[code] ?? 'transparent';
    }
    context.fillRect(0, run.top * scale, width, run.height * scale);
  }
}
