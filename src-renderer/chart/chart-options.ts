import { ColorType, CrosshairMode } from 'lightweight-charts';
import type { ChartOptions as LibraryOptions, DeepPartial } from 'lightweight-charts';
import type { Timeframe } from '../../src-main/contract/market.ts';
import type { TimeZoneChoice } from '../format/time.ts';
import { chartFont } from './theme.ts';
import type { ChartTheme } from './theme.ts';
import { crosshairTime, tickMark } from './time-axis.ts';

export const barSpacing = 7;

/** Options that never change. The library's own logo would inject a style element; Chart.svelte shows the attribution. */
export const fixedOptions: DeepPartial<LibraryOptions> = {
  autoSize: false,
  layout: { attributionLogo: false, fontFamily: chartFont, fontSize: 11 },
  crosshair: { mode: CrosshairMode.Normal },
  rightPriceScale: { borderVisible: true, scaleMargins: { top: 0.1, bottom: 0.16 }, minimumWidth: 68 },
  timeScale: { borderVisible: true, timeVisible: true, secondsVisible: false, barSpacing, minBarSpacing: 0.2 },
  localization: { locale: 'en-US' },
};

export function themeOptions(theme: ChartTheme): DeepPartial<LibraryOptions> {
  const crosshair = { color: theme.crosshair, labelBackgroundColor: theme.line, width: 1, style: 3 } as const;
  return {
    layout: {
      background: { type: ColorType.Solid, color: theme.ground },
      textColor: theme.textMid,
      panes: { separatorColor: theme.line, separatorHoverColor: theme.crosshair },
    },
    grid: { vertLines: { color: theme.grid }, horzLines: { color: theme.grid } },
    crosshair: { vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: theme.line },
    timeScale: { borderColor: theme.line },
  };
}

export const zoneOptions = (zone: TimeZoneChoice, timeframe: Timeframe): DeepPartial<LibraryOptions> => ({
  localization: { timeFormatter: crosshairTime(zone) },
  timeScale: { tickMarkFormatter: tickMark(zone, timeframe) },
});
