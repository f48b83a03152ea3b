import { expect, test } from './app.ts';

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
