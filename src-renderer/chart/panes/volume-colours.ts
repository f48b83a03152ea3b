import type { ThemeName } from '../theme.ts';

/** What tells histograms apart beside their place: lightness, and lines. */
export type VolumeStyle = 'solid' | 'striped' | 'live';
export type VolumeSide = 'long' | 'short';

type Pair = Readonly<Record<VolumeSide, string>>;

/** Hues as everywhere: longs cool, shorts warm. Each at least 3:1 against the ground. */
export const volumeColours: Readonly<Record<ThemeName, Readonly<Record<VolumeStyle, Pair>>>> = {
  dark: {
    solid: { long: '#1f97a3', short: '#c8791f' },
    striped: { long: '#4cc2b4', short: '#e3a04a' },
    live: { long: '#9beaf2', short: '#ffd591' },
  },
  light: {
    solid: { long: '#1f8f9b', short: '#c56f10' },
    striped: { long: '#00766a', short: '#a85400' },
    live: { long: '#00424c', short: '#6b3000' },
  },
};
