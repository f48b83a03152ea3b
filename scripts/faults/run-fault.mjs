/** Runs one fault by the tool that its tests are written for. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { readPlaywright, readVitest, tallyReport } from '../test/results.mjs';
import { run } from '../setup/commands.mjs';
import { installed, root, treeCache } from '../setup/places.mjs';

/**
 * @typedef {object} Outcome
 * @property {boolean} passed
 * @property {string[]} measured what the tests have told
 * @property {string} output of the tool, for when it failed
 */

const longestTest = 12 * 3_600_000;

/**
 * @param {import('./list.mjs').Fault} fault
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
export async function runFault(fault, env) {
  const told = join(treeCache, `faults-${process.pid}-${fault.name}.txt`);
  const report = join(treeCache, `faults-${process.pid}-${fault.name}.json`);
  const own = { ...env, ...fault.env, ...chosen(fault), HALCYON_FAULTS: 'full', HALCYON_FAULTS_FILE: told };
  try {
    return await tools[fault.tool](fault, own, report, told);
  } finally {
    await Promise.all([told, report].map((file) => rm(file, { force: true })));
  }
}

/** What the user has set for a size is kept. @param {import('./list.mjs').Fault} fault */
function chosen({ env = {} }) {
  const set = Object.keys(env).filter((name) => process.env[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, process.env[name]]));
}

/** @type {Record<import('./list.mjs').Fault['tool'], (fault: import('./list.mjs').Fault, env: NodeJS.ProcessEnv, report: string, told: string) => Promise<Outcome>>} */
const tools = {
  unit: async ({ files }, env, report, told) => {
    const args = ['run', '--config', 'test/vitest.config.ts', `--testTimeout=${longestTest}`, '--maxWorkers=2'];
    const { code, output } = await run(
      process.execPath,
      [
        installed('vitest', 'vitest.mjs'),
        ...args,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...files,
      ],
      { cwd: root, env },
    );
    const tally = await tallyReport(report, code, readVitest);
    return { passed: tally.failed === 0, measured: [...(await linesOf(told)), `${tally.passed} tests`], output };
  },
  e2e: async ({ files }, env, report, told) => {
    const args = ['test', '--config', 'test/playwright.config.ts', '--reporter=list,json'];
    const { code, output } = await run(process.execPath, [installed('@playwright/test', 'cli.js'), ...args, ...files], {
      cwd: root,
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    const tally = await tallyReport(report, code, readPlaywright);
    return { passed: tally.failed === 0, measured: await linesOf(told), output };
  },
  bench: async ({ files: [part] }, env, report) => {
    const file = join(root, 'test', 'bench', `${part}.bench.ts`);
    const runner = join(root, 'scripts', 'bench', 'run-one.mjs');
    const { code, output } = await run(process.execPath, [runner, file, report], { cwd: root, env });
    if (code !== 0) return { passed: false, measured: [], output };
    /** @type {import('../bench/table.mjs').Row[]} */
    const rows = JSON.parse(await readFile(report, 'utf8'));
    const missed = rows.filter(({ ratio, bar }) => !(ratio <= Number(bar.replace('≤', ''))));
    const measured = rows.map(({ what, ratio, bar, detail }) => `${what}: ${ratio.toFixed(2)} (${bar}); ${detail}`);
    return { passed: missed.length === 0, measured, output };
  },
};

/** @param {string} file */
async function linesOf(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
