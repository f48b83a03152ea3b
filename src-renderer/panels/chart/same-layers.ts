import type { MapLayerView } from '../../chart/props.ts';

/** Whether two lists of layers would be drawn alike. */
export const sameLayers = (a: readonly MapLayerView[], b: readonly MapLayerView[]): boolean =>
  a.length === b.length && a.every((layer, at) => isSame(layer, b[at]));

const isSame = (a: MapLayerView, b: MapLayerView | undefined): boolean =>
  a.provider === b?.provider &&
  a.map === b.map &&
  a.form === b.form &&
  a.intensity.low === b.intensity.low &&
  a.intensity.high === b.intensity.high &&
  a.stale?.text === b.stale?.text;
