import type { IChartApi, MouseEventParams } from 'lightweight-charts';
import type { UnixMs } from '../../src-main/contract/market.ts';
import type { CandleFeed, CandleReadout } from './candle-feed.ts';
import type { Confluence } from './confluence.ts';
import type { LevelRow } from './levels.ts';
import type { Liquidated } from './liquidated.ts';
import type { Overlays } from './overlays.ts';
import type { VolumeReading } from './panes/volume-readout.ts';
import type { RealisedRow } from './primitives/liquidations/hover.ts';

/** What lies under the pointer; where a card may stand beside it: CSS pixels from the chart's top left, and the room. */
export interface ChartHover {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly LevelRow[];
  readonly confluences: readonly Confluence[];
  readonly events: readonly RealisedRow[];
  /** Marks under the pointer beside those in `events`. */
  readonly moreEvents: number;
  /** Of the pane of volumes that the pointer is in; else empty. */
  readonly volumes: readonly VolumeReading[];
}

export interface PointingEvents {
  readonly onHover: (hover: ChartHover | null) => void;
  /** At most once per frame, and when the pointer moves. */
  readonly onReadout: (readout: CandleReadout | null) => void;
  /** With them, for each pane of volumes from the top; null while nothing is pointed at. */
  readonly onVolumes: (readings: readonly (readonly VolumeReading[])[] | null) => void;
  /** When the candle under the crosshair opens; null while there is none. When it changes. */
  readonly onPointTime: (time: UnixMs | null) => void;
}

interface Place {
  /** CSS pixels from the pane's top left. */
  readonly x: number;
  readonly y: number;
  readonly logical: number | null;
  readonly pane: number;
}

/** Reads out what the pointer points at, in whichever pane it is. */
export class Pointing {
  readonly #chart: IChartApi;
  readonly #feed: CandleFeed;
  readonly #overlays: Overlays;
  readonly #liquidated: Liquidated;
  readonly #events: PointingEvents;
  #at: Place | null = null;
  #price: number | null = null;
  #time: UnixMs | null = null;

  constructor(chart: IChartApi, feed: CandleFeed, overlays: Overlays, liquidated: Liquidated, events: PointingEvents) {
    this.#chart = chart;
    this.#feed = feed;
    this.#overlays = overlays;
    this.#liquidated = liquidated;
    this.#events = events;
    chart.subscribeCrosshairMove(this.#move);
  }

  stop(): void {
    this.#chart.unsubscribeCrosshairMove(this.#move);
  }

  /** Last price, from which sides and distances are told. */
  setPrice(price: number | null): void {
    this.#price = price;
  }

  /** What is drawn changed under the pointer. */
  point(): void {
    this.#events.onHover(this.#at === null ? null : this.#hover(this.#at));
  }

  /** The candles changed, or the pointer moved. */
  read(): void {
    const readout = this.#feed.read(this.#at?.logical ?? null);
    const time = this.#at?.logical == null ? null : (readout?.candle.openTime ?? null);
    this.#events.onReadout(readout);
    this.#events.onVolumes(time === null ? null : this.#liquidated.read(time));
    if (time === this.#time) return;
    this.#time = time;
    this.#events.onPointTime(time);
  }

  readonly #move = ({ point, logical, paneIndex }: MouseEventParams): void => {
    this.#at = point === undefined ? null : { ...point, logical: logical ?? null, pane: paneIndex ?? 0 };
    this.point();
    this.read();
  };

  #hover(at: Place): ChartHover | null {
    return at.pane === 0 ? this.#overPrice(at) : this.#overVolumes(at);
  }

  #overPrice({ x, y }: Place): ChartHover | null {
    const size = this.#chart.paneSize();
    const under = { ...this.#overlays.under(x, y, size, this.#price), ...this.#liquidated.under(x, y) };
    const isEmpty = under.rows.length === 0 && under.confluences.length === 0 && under.events.length === 0;
    return isEmpty ? null : { x, y, ...size, ...under, volumes: [] };
  }

  #overVolumes({ x, logical, pane }: Place): ChartHover | null {
    const top = this.#liquidated.topOf(pane);
    const time = logical === null ? undefined : this.#feed.read(logical)?.candle.openTime;
    if (top === null || time === undefined) return null;
    const volumes = this.#liquidated.read(time)[pane - 1] ?? [];
    // Above the pane, so that the card does not lie over what it tells.
    const place = { x, y: top, width: this.#chart.paneSize().width, height: top };
    return { ...place, rows: [], confluences: [], events: [], moreEvents: 0, volumes };
  }
}
