import { expect, test } from 'vitest';
import type { MapLayerView } from '../../../src-renderer/chart/props.ts';
import { sameLayers } from '../../../src-renderer/panels/chart/same-layers.ts';
import { mapOf } from './samples.ts';

test('layers are the same until one would be drawn otherwise', () => {
  const map = mapOf('BTC');
  const layer: MapLayerView = {
    provider: 'kingfisher',
    map,
    form: 'bands',
    intensity: { low: 0, high: 1 },
    stale: null,
  };
  const with_ = (more: Partial<MapLayerView>): boolean => sameLayers([layer], [{ ...layer, ...more }]);
  expect(with_({ intensity: { low: 0, high: 1 } })).toBe(true);
  expect(sameLayers([layer], [])).toBe(false);
  expect(with_({ map: { ...map } })).toBe(false);
  expect(with_({ form: 'both' })).toBe(false);
  expect(with_({ intensity: { low: 0.1, high: 1 } })).toBe(false);
  expect(with_({ stale: { text: 'stale 3 h' } })).toBe(false);
});
