import { expect, test } from 'vitest';
import { isExtreme } from '../../../src-renderer/panels/flow/funding.ts';

test('funding is extreme beyond ±0.05 %', () => {
  expect([0.0005, 0.000501, -0.000501, null].map(isExtreme)).toEqual([false, true, true, false]);
});
