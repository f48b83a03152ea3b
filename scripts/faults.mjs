// npm run faults [-- kill|day|…]: the fault tests of `npm test` at full size, one line for each with what was done and
// measured. All of them take about an hour on two idle cores, two side by side.
import { mkdir } from 'node:fs/promises';

import { build } from './build.mjs';
import { faults } from './faults/list.mjs';
import { runFault } from './faults/run-fault.mjs';
import { startDisplay } from './setup/display.mjs';
import { chromiumFlags } from './setup/flags.mjs';
import { makeTestKeychain } from './setup/keychain.mjs';
import { treeCache } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { SetupError, runScript, say } from './setup/progress.mjs';

const linux = process.platform === 'linux';

await runScript(async () => {
  const chosen = choose(process.argv.slice(2));
  const usesApp = chosen.some(({ tool }) => tool !== 'unit');
  const runtime = await prepare({ display: usesApp, keychain: usesApp && linux });
  await mkdir(treeCache, { recursive: true });
  if (usesApp) await build();
  const display = usesApp && linux ? await startDisplay() : null;
  const keychain = usesApp && linux ? await makeTestKeychain() : null;
  const flags = JSON.stringify(usesApp ? await chromiumFlags() : []);
  const env = { ...process.env, ...runtime.env, ...display?.env, ...keychain?.env, HALCYON_BENCH_FLAGS: flags };
  let failed = 0;
  /** @param {import('./faults/list.mjs').Fault['lane']} lane */
  const runLane = async (lane) => {
    for (const fault of chosen.filter((one) => one.lane === lane)) {
      const began = performance.now();
      say(`${fault.name}: ${fault.what} …`);
      const { passed, measured, output } = await runFault(fault, env);
      if (!passed) {
        failed += 1;
        process.stderr.write(`${output.split('\n').slice(-120).join('\n')}\n`);
      }
      const words = [passed ? 'passed' : 'FAILED', duration(performance.now() - began), ...[fault.what, ...measured]];
      process.stdout.write(`${fault.name.padEnd(12)} ${words.join(' · ')}\n`);
    }
  };
  try {
    await Promise.all([runLane(1), runLane(2)]);
  } finally {
    await display?.end();
    await keychain?.end();
  }
  process.stdout.write(`${chosen.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});

/** @param {readonly string[]} asked */
function choose(asked) {
  const names = faults.map(({ name }) => name);
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new SetupError(`There is no fault named ${unknown.join(', ')}.`, `Faults: ${names.join(', ')}`);
  return faults.filter(({ name }) => asked.length === 0 || asked.includes(name));
}

/** @param {number} ms */
function duration(ms) {
  return ms < 90_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
