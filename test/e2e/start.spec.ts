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
