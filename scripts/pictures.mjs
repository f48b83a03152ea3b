// npm run pictures [folder]: takes the README's pictures from the running app, on its simulated market.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { build } from './build.mjs';
import { startDisplay } from './setup/display.mjs';
import { chromiumFlags } from './setup/flags.mjs';
import { root } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript, say } from './setup/progress.mjs';

/**
 * One picture: what the app looks like after `arrange`.
 * @typedef {object} Shot
 * @property {string} name of the file, without .png
 * @property {{ width: number, height: number }} size of the window, CSS pixels
 * @property {(page: import('playwright').Page) => Promise<void>} arrange
 */

const size = { width: 1440, height: 900 };

/**
 * Once the chart says that it draws bands and strikes, and every panel around it has its numbers.
 * @param {import('playwright').Page} page
 */
async function drawn(page) {
  await page
    .getByRole('region', { name: /chart, last price .+, [1-9]\d* liquidation bands and [1-9]\d* GEX strikes in view/ })
    .waitFor();
  await page.getByTestId('regime-badge').waitFor();
  await page.getByRole('tabpanel', { name: 'Levels' }).locator('tbody').getByRole('row').first().waitFor();
  // A virtual display's pointer rests in its middle, and so on the chart.
  await page.mouse.move(1, size.height - 1);
  await page.getByTestId('hover-card').waitFor({ state: 'hidden' });
}

/** @type {readonly Shot[]} */
const shots = [
  { name: 'terminal', size, arrange: drawn },
  {
    name: 'light',
    size,
    arrange: async (page) => {
      await drawn(page);
      await page.evaluate("window.halcyon.request('settings/change', { theme: 'light' })");
      await page.locator('html[data-theme="light"]').waitFor();
      await drawn(page);
    },
  },
];

await runScript(async () => {
  const folder = resolve(process.argv[2] ?? join(root, 'scripts', 'pictures'));
  const runtime = await prepare({ display: true });
  await build();
  const flags = await chromiumFlags();
  const display = process.platform === 'linux' ? await startDisplay({ width: 2560, height: 1440 }) : null;
  await mkdir(folder, { recursive: true });
  try {
    for (const shot of shots) {
      const file = join(folder, `${shot.name}.png`);
      await take(shot, file, runtime, flags, { ...process.env, ...runtime.env, ...display?.env });
      say(`saved ${file}`);
    }
  } finally {
    await display?.end();
  }
});

/**
 * @param {Shot} shot
 * @param {string} file
 * @param {import('./setup/runtime.mjs').Runtime} runtime
 * @param {readonly string[]} flags
 * @param {NodeJS.ProcessEnv} env
 */
async function take(shot, file, runtime, flags, env) {
  const { _electron } = await import('playwright');
  const profile = await mkdtemp(join(tmpdir(), 'halcyon-pictures-'));
  // Playwright finds a runtime other than the package's own by this variable of our process.
  if (runtime.kind === 'stand-in') process.env.ELECTRON_OVERRIDE_DIST_PATH = runtime.directory;
  const app = await _electron.launch({
    args: [root, `--user-data-dir=${profile}`, '--simulated', ...flags],
    cwd: root,
    env: onlyStrings(env),
    chromiumSandbox: !flags.includes('--no-sandbox'),
  });
  try {
    const page = await app.firstWindow();
    const window = await app.browserWindow(page);
    await window.evaluate(
      (shown, { width, height }) => /** @type {Electron.BrowserWindow} */ (shown).setContentSize(width, height),
      shot.size,
    );
    await shot.arrange(page);
    await page.screenshot({ path: file });
  } finally {
    await app.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @param {NodeJS.ProcessEnv} env @returns {Record<string, string>} */
function onlyStrings(env) {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
