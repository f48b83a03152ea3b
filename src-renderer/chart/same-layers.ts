import type { MapLayerView } from './props.ts';

/** `next`, with every layer that says what it said before as the same object, and the same list where all do. */
export function sameLayers(before: readonly MapLayerView[], next: readonly MapLayerView[]): readonly MapLayerView[] {
  const layers = next.map((layer) => before.find((each) => isSame(each, layer)) ?? layer);
  return layers.length === before.length && layers.every((layer, i) => layer === before[i]) ? before : layers;
}

const isSame = (a: MapLayerView, b: MapLayerView): boolean =>
  a.provider === b.provider &&
  a.map === b.map &&
  a.form === b.form &&
  a.intensity.low === b.intensity.low &&
  a.intensity.high === b.intensity.high &&
  a.stale?.text === b.stale?.text;
