import { LineSeries } from 'lightweight-charts';
import type { IChartApi, ISeriesApi, UTCTimestamp } from 'lightweight-charts';
import { formatAmount } from '../../format/amount.ts';
import type { ThemeName } from '../theme.ts';
import type { BarTimes } from './bar-times.ts';
import { VolumePrimitive } from './volume-primitive.ts';
import type { VolumeGroup } from './volume-sources.ts';

/** Room for the legend above, as parts of the pane. */
const scaleMargins = { top: 0.2, bottom: 0.06 };

/** Sides are told by up and down, so amounts have no sign. */
const formatOf = ({ unit, coin }: VolumeGroup) =>
  ({
    type: 'custom',
    minMove: unit === 'usd' ? 1 : 0.001,
    formatter: (amount: number) => formatAmount(Math.abs(amount), unit, coin),
  }) as const;

/** One pane below the price, for what is told in one unit. */
export class VolumePane {
  readonly #chart: IChartApi;
  readonly #bars: BarTimes;
  /** Invisible: a pane's scale has to have a series, with a point at or right of the first candle in view. */
  readonly #carrier: ISeriesApi<'Line'>;
  readonly #primitive: VolumePrimitive;
  #group: VolumeGroup;
  #anchoredAt = NaN;

  constructor(chart: IChartApi, group: VolumeGroup, bars: BarTimes, theme: ThemeName, onHeight: () => void) {
    this.#chart = chart;
    this.#bars = bars;
    this.#group = group;
    this.#carrier = chart.addSeries(
      LineSeries,
      {
        lineVisible: false,
        lastValueVisible: false,
        priceLineVisible: false,
        crosshairMarkerVisible: false,
        priceFormat: formatOf(group),
      },
      chart.panes().length,
    );
    this.#carrier.priceScale().applyOptions({ scaleMargins });
    this.#primitive = new VolumePrimitive({ sources: group.sources, bars, theme }, onHeight);
    this.#carrier.attachPrimitive(this.#primitive);
    this.anchor();
  }

  get group(): VolumeGroup {
    return this.#group;
  }

  /** The pane goes with its last series. */
  remove(): void {
    this.#carrier.detachPrimitive(this.#primitive);
    this.#chart.removeSeries(this.#carrier);
  }

  show(group: VolumeGroup): void {
    const isOtherCoin = group.coin !== this.#group.coin;
    this.#group = group;
    if (isOtherCoin) this.#carrier.applyOptions({ priceFormat: formatOf(group) });
    this.#primitive.show({ sources: group.sources });
  }

  paint(theme: ThemeName): void {
    this.#primitive.show({ theme });
  }

  /** To be called whenever the chart holds other candles: the carrier must not add one of its own. */
  anchor(): void {
    const time = this.#bars.timeAt(this.#bars.count - 1);
    if (Object.is(time, this.#anchoredAt)) return;
    this.#anchoredAt = time;
    this.#carrier.setData(Number.isNaN(time) ? [] : [{ time: (time / 1000) as UTCTimestamp, value: 0 }]);
  }

  /** CSS pixels; 0 until it was drawn. */
  get height(): number {
    return this.#carrier.getPane().getHeight();
  }

  setHeight(height: number): void {
    this.#carrier.getPane().setStretchFactor(height);
  }

  /** Back to a scale that fits what is in view. */
  fit(): void {
    this.#carrier.priceScale().applyOptions({ autoScale: true });
  }
}
