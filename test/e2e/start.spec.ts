import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, makeProfile, test } from './app.ts';
import { readRows } from './profile-database.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test.describe('the built app', () => {
  test('opens its window and draws a chart without an error on any console', async ({ launch }) => {
    const { page } = await launch();
    await expect(page).toHaveTitle('Halcyon');
    await expect(page.locator('canvas').first()).toBeVisible();
  });

  test('starts again on the same profile', async ({ launch }) => {
    const first = await launch();
    const second = await first.relaunch();
    expect(second.profile).toBe(first.profile);
    await expect(second.page.locator('canvas').first()).toBeVisible();
  });
});

// Root cannot have Chromium's sandbox, so this test exists only for ordinary users.
if (process.getuid?.() !== 0) {
  test('the built app opens with Chromium’s sandbox on', async ({ launch }) => {
    const { app, page } = await launch({ sandbox: true });
    expect(await app.evaluate(({ app }) => app.commandLine.hasSwitch('no-sandbox'))).toBe(false);
    await expect(page.locator('canvas').first()).toBeVisible();
  });
}

// Without a display, `npm start` brings its own, which must not end before the app either.
if (process.platform === 'linux') {
  test('Ctrl-C ends `npm start` in order, though the terminal sends it to every process', async () => {
    const profile = await makeProfile();
    const { DISPLAY: _, WAYLAND_DISPLAY: __, ELECTRON_RUN_AS_NODE: ___, ...env } = process.env;
    const npm = spawn('npm', ['start', '--', `--user-data-dir=${profile}`, '--simulated'], {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    const ended = once(npm, 'close');
    let said = '';
    npm.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    try {
      await expect.poll(() => said, { timeout: 40_000 }).toContain('a picture of the window is in');
      expect(closedMark(profile)).toBe('no');
      process.kill(-npm.pid!, 'SIGINT');
      await ended;
      expect(closedMark(profile), said).toBe('yes');
      await expect(access(`/tmp/.X11-unix/X${/\(:(\d+)\)/.exec(said)?.[1]}`)).rejects.toThrow();
    } finally {
      npm.kill('SIGKILL');
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    }
  });
}

const closedMark = (profile: string): string | undefined =>
  readRows<{ value: string }>(profile, "SELECT value FROM state WHERE name = 'closed'")[0]?.value;
