import { darkFamilies, lightFamilies } from './layer-colours.ts';
import type { LayerFamilies } from './layer-colours.ts';

export type ThemeName = 'dark' | 'light';

export interface ChartTheme {
  readonly ground: string;
  readonly panel: string;
  readonly line: string;
  readonly grid: string;
  readonly textHigh: string;
  readonly textMid: string;
  readonly textLow: string;
  readonly focus: string;
  readonly candleUp: string;
  readonly candleDown: string;
  readonly wickUp: string;
  readonly wickDown: string;
  readonly volumeUp: string;
  readonly volumeDown: string;
  readonly crosshair: string;
  readonly gammaPositive: string;
  readonly gammaNegative: string;
  readonly gammaFlip: string;
  readonly badgeGround: string;
  readonly badgeText: string;
  /** Of the maps. */
  readonly families: LayerFamilies;
}

/** What is drawn of data that are too old to be taken for the present. */
export const staleOpacity = 0.5;
/** Its texts, which must stay readable. */
export const staleTextOpacity = 0.75;

export const chartFont = "'Inter Variable', Inter, system-ui, sans-serif";

export const chartThemes: Readonly<Record<ThemeName, ChartTheme>> = {
  dark: {
    ground: '#0a0d12',
    panel: '#10141b',
    line: '#222935',
    grid: 'rgba(120, 138, 165, 0.08)',
    textHigh: '#e8edf4',
    textMid: '#abb5c3',
    textLow: '#8792a2',
    focus: '#f4f7fb',
    candleUp: '#c4ced7',
    candleDown: '#4a5562',
    wickUp: '#c4ced7',
    wickDown: '#8a96a4',
    volumeUp: 'rgba(196, 206, 215, 0.22)',
    volumeDown: 'rgba(118, 132, 148, 0.24)',
    crosshair: 'rgba(190, 202, 218, 0.55)',
    gammaPositive: '#6ba6ff',
    gammaNegative: '#b896ff',
    gammaFlip: '#e8edf4',
    badgeGround: '#1a202a',
    badgeText: '#ef8fd0',
    families: darkFamilies,
  },
  light: {
    ground: '#fbfcfd',
    panel: '#eef1f5',
    line: '#d3dae3',
    grid: 'rgba(60, 80, 110, 0.09)',
    textHigh: '#141a22',
    textMid: '#434e5d',
    textLow: '#566171',
    focus: '#141a22',
    candleUp: '#ffffff',
    candleDown: '#3a4450',
    wickUp: '#56626f',
    wickDown: '#3a4450',
    volumeUp: 'rgba(96, 112, 130, 0.26)',
    volumeDown: 'rgba(52, 64, 80, 0.26)',
    crosshair: 'rgba(40, 52, 68, 0.6)',
    gammaPositive: '#1a56c4',
    gammaNegative: '#6c35b5',
    gammaFlip: '#141a22',
    badgeGround: '#e6ebf1',
    badgeText: '#94206f',
    families: lightFamilies,
  },
};

export const chartVariables = {
  ground: '--chart-ground',
  panel: '--chart-panel',
  line: '--chart-line',
  grid: '--chart-grid',
  textHigh: '--chart-text-high',
  textMid: '--chart-text-mid',
  textLow: '--chart-text-low',
  focus: '--chart-focus',
  candleUp: '--chart-candle-up',
  candleDown: '--chart-candle-down',
  wickUp: '--chart-wick-up',
  wickDown: '--chart-wick-down',
  volumeUp: '--chart-volume-up',
  volumeDown: '--chart-volume-down',
  crosshair: '--chart-crosshair',
  gammaPositive: '--chart-gamma-positive',
  gammaNegative: '--chart-gamma-negative',
  gammaFlip: '--chart-gamma-flip',
  badgeGround: '--chart-badge-ground',
  badgeText: '--chart-badge-text',
} as const satisfies Record<Exclude<keyof ChartTheme, 'families'>, `--chart-${string}`>;
