import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium, expect, test, type Browser, type Page } from '@playwright/test';

import type { Bridge } from '../../src-main/contract/channels.ts';
import { makeProfile } from './app.ts';

declare const window: { readonly halcyon: Bridge };

/** The production fuses lock Node's inspector out, so the packaged app is driven through Chromium's own port. */
interface Packaged {
  readonly page: Page;
  readonly profile: string;
  readonly process: ChildProcess;
}

const executable = fileURLToPath(new URL('../../dist/linux-unpacked/halcyon', import.meta.url));

async function startPackaged(): Promise<Packaged> {
  const profile = await makeProfile();
  const rights = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(
    executable,
    [...rights, `--user-data-dir=${profile}`, '--simulated', '--remote-debugging-port=0'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const browser = await connect(await debuggingAddress(child));
  const context = browser.contexts()[0];
  if (!context) throw new Error('the packaged app has no browser context');
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  await page.waitForLoadState('domcontentloaded');
  return { page, profile, process: child };
}

/** The port listens before the browser behind it answers; an attempt made in between hangs. */
async function connect(address: string): Promise<Browser> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await chromium.connectOverCDP(address, { timeout: 8_000 });
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

/** Chromium names it on standard error once it listens. */
function debuggingAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the packaged app ended with ${code}:\n${said}`)));
  });
}

test.describe('the packaged app', () => {
  test.skip(process.platform !== 'linux', 'the unpacked Linux app is what is driven here');
  let packaged: Packaged;

  test.beforeAll(async () => {
    expect(existsSync(executable), 'dist/linux-unpacked is there: npm test makes it').toBe(true);
    packaged = await startPackaged();
  });

  test.afterAll(async () => {
    const ended = once(packaged.process, 'exit');
    packaged.process.kill();
    await ended;
    await rm(packaged.profile, { recursive: true, force: true, maxRetries: 3 });
  });

  test('runs from its archive, not from the source tree', async () => {
    expect(packaged.page.url()).toBe('app://halcyon/index.html');
    expect(existsSync(join(executable, '../resources/app.asar'))).toBe(true);
    expect(existsSync(join(executable, '../resources/app'))).toBe(false);
    expect(existsSync(join(executable, '../resources/default_app.asar'))).toBe(false);
  });

  test('draws a chart', async () => {
    const canvas = packaged.page.locator('canvas').first();
    await expect(canvas).toBeVisible();
    await expect
      .poll(() => packaged.page.locator('canvas').evaluateAll(countColours), { message: 'colours drawn on the chart' })
      .toBeGreaterThan(3);
  });

  test('answers from its data engine, which runs in a worker thread', async () => {
    const start = await packaged.page.evaluate(() => window.halcyon.request('app/start', null));
    expect(start).toMatchObject({ ok: true, value: { profile: packaged.profile } });
  });

  test('keeps its database in the profile folder', () => {
    expect(statSync(join(packaged.profile, 'halcyon.db')).size).toBeGreaterThan(0);
  });

  test('keeps a key in the keychain and removes it there', async () => {
    const kept = await packaged.page.evaluate(() =>
      window.halcyon.request('credential/keep', {
        provider: 'kingfisher',
        secret: { key: 'packaged-roundtrip' },
        sessionOnly: false,
      }),
    );
    expect(kept).toEqual({ ok: true, value: { kept: 'keychain', keychainProblem: null } });
    const removed = await packaged.page.evaluate(() =>
      window.halcyon.request('credential/remove', { provider: 'kingfisher' }),
    );
    expect(removed).toEqual({ ok: true, value: { kept: 'none', keychainProblem: null } });
  });
});

/** Distinct opaque colours on all canvases, sampled; a blank chart has one at most. */
function countColours(canvases: (HTMLElement | SVGElement)[]): number {
  const colours = new Set<number>();
  for (const canvas of canvases as HTMLCanvasElement[]) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    for (let at = 0; at < data.length; at += 4 * 7) {
      if (data[at + 3] === 255) colours.add((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!);
    }
  }
  return colours.size;
}
