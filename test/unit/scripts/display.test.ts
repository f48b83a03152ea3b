import { existsSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { startDisplay } from '../../../scripts/setup/display.mjs';
import { missingTools } from '../../../scripts/setup/libraries.mjs';

describe.runIf(process.platform === 'linux' && missingTools(['Xvfb']).length === 0)('a virtual display', () => {
  it('serves on a number of its own, and no longer once it was ended', async () => {
    const display = await startDisplay({ width: 320, height: 240 });
    const number = /^:(\d+)$/.exec(display.env['DISPLAY'] ?? '')?.[1];
    expect(number).toBeDefined();
    const socket = `/tmp/.X11-unix/X${number}`;
    expect(existsSync(socket)).toBe(true);
    await display.end();
    expect(existsSync(socket)).toBe(false);
  });

  it('comes beside another one', async () => {
    const displays = await Promise.all([startDisplay(), startDisplay()]);
    expect(displays[0].env['DISPLAY']).not.toBe(displays[1].env['DISPLAY']);
    await Promise.all(displays.map((display) => display.end()));
  });
});
