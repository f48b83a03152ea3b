// npm test: unit tests, then end-to-end tests of the built and of the packaged app. The last line is the verdict.
// For developers: --unit [pattern] or --e2e [pattern] runs only those.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { build } from './build.mjs';
import { packageDirectory } from './dist/package.mjs';
import { readPlaywright, readVitest, tallyReport, total, verdict } from './test/results.mjs';
import { run } from './setup/commands.mjs';
import { startDisplay } from './setup/display.mjs';
import { makeTestKeychain } from './setup/keychain.mjs';
import { installed, root } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { SetupError, runScript, say } from './setup/progress.mjs';

const { values, positionals } = parseArgs({
  options: { unit: { type: 'boolean' }, e2e: { type: 'boolean' } },
  allowPositionals: true,
});
const everything = !values.unit && !values.e2e;
const results = join(root, 'test-results');

await runScript(async () => {
  /** @type {import('./test/results.mjs').Tally[]} */
  const tallies = [];
  try {
    await rm(results, { recursive: true, force: true });
    const runtime = await prepare({ display: true, keychain: process.platform === 'linux' });
    if (everything || values.unit) tallies.push(await runUnit(runtime));
    if (everything || values.e2e) {
      await build();
      if (everything || positionals.length === 0 || positionals.some((pattern) => pattern.includes('packaged'))) {
        await packageDirectory(runtime);
      }
      tallies.push(await runEndToEnd(runtime));
    }
  } catch (error) {
    say(
      error instanceof SetupError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    );
    tallies.push({ passed: 0, failed: 1, skipped: 0 });
  }
  const all = total(tallies);
  process.stdout.write(`${verdict(all)}\n`);
  return all.failed === 0 && all.passed > 0 ? 0 : 1;
});

/** @param {import('./setup/prepare.mjs').PreparedRuntime} runtime */
async function runUnit(runtime) {
  say('unit tests');
  const report = join(results, 'unit.json');
  const { code } = await run(
    process.execPath,
    [
      installed('vitest', 'vitest.mjs'),
      'run',
      ...['--config', 'test/vitest.config.ts'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...positionals,
    ],
    { cwd: root, env: { ...process.env, ...runtime.env }, show: true },
  );
  return tallyReport(report, code, readVitest);
}

/** @param {import('./setup/prepare.mjs').PreparedRuntime} runtime */
async function runEndToEnd(runtime) {
  say('end-to-end tests');
  const report = join(results, 'e2e.json');
  const linux = process.platform === 'linux';
  const display = linux ? await startDisplay({ width: 3840, height: 2160 }) : null;
  const keychain = linux ? await makeTestKeychain() : null;
  try {
    /** @type {[string, string[]]} */
    const plain = [
      process.execPath,
      [installed('@playwright/test', 'cli.js'), 'test', '--config', 'test/playwright.config.ts', ...positionals],
    ];
    const [command, args] = keychain ? keychain.wrap(...plain) : plain;
    const env = { ...process.env, ...runtime.env, ...display?.env, ...keychain?.env };
    const { code } = await run(command, args, { cwd: root, env, show: true });
    return await tallyReport(report, code, readPlaywright);
  } finally {
    await display?.end();
    await keychain?.end();
  }
}
