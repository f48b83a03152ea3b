import { describe, expect, it } from 'vitest';

import { checkNode } from '../../../scripts/setup/node-version.mjs';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '22.23.1', '24.0.0'])('%s is new enough', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['18.20.4', '20.18.3', '21.7.3', '22.11.0'])('%s is refused by name', (version) => {
    expect(() => checkNode(version)).toThrow(`Halcyon needs Node 20.19, 22.12 or newer; this is Node ${version}.`);
  });
});
