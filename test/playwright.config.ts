import { defineConfig } from '@playwright/test';

const CI = process.env['CI'] !== undefined;

export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results/e2e',
  // One at a time: all apps of a session share its keychain.
  workers: 1,
  retries: 0,
  forbidOnly: CI,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: '../test-results/e2e.json' }]],
});
