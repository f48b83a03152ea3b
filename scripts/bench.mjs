// npm run bench [-- store|chart|ipc|start|parse|flood]: runs test/bench/*.bench.ts, each in a process of its own, and prints one
// table. Asserts nothing: every ratio is of one run, against the floor or the peer measured in it, and a bar that is not
// met is a line to read, not a failure.
import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

import { table } from './bench/table.mjs';
import { build } from './build.mjs';
import { run } from './setup/commands.mjs';
import { startDisplay } from './setup/display.mjs';
import { chromiumFlags } from './setup/flags.mjs';
import { root, treeCache } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { SetupError, runScript, step } from './setup/progress.mjs';

const folder = join(root, 'test', 'bench');
const ending = '.bench.ts';

await runScript(async () => {
  const parts = choose(process.argv.slice(2));
  const runtime = await prepare({ display: true });
  await build();
  const flags = await chromiumFlags();
  const display = process.platform === 'linux' ? await startDisplay() : null;
  const env = { ...process.env, ...runtime.env, ...display?.env, HALCYON_BENCH_FLAGS: JSON.stringify(flags) };
  /** @type {import('./bench/table.mjs').Row[]} */
  const rows = [];
  let failed = 0;
  try {
    await mkdir(treeCache, { recursive: true });
    for (const part of parts) {
      const output = join(treeCache, `bench-${process.pid}.json`);
      const args = [join(root, 'scripts', 'bench', 'run-one.mjs'), join(folder, part + ending), output];
      const { code } = await step(`measuring ${part}`, () =>
        run(process.execPath, args, { cwd: root, env, show: true }),
      );
      if (code === 0) rows.push(...JSON.parse(await readFile(output, 'utf8')));
      else failed += 1;
      await rm(output, { force: true });
    }
  } finally {
    await display?.end();
  }
  process.stdout.write(`${machine(runtime)}\n\n${table(rows)}\n`);
  return failed === 0 ? 0 : 1;
});

/** @param {readonly string[]} asked @returns {string[]} names of parts */
function choose(asked) {
  const all = readdirSync(folder).flatMap((name) => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []));
  const unknown = asked.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new SetupError(`There is no part named ${unknown.join(', ')}.`, `Parts: ${all.join(', ')}`);
  return asked.length > 0 ? [...asked] : all;
}

/** What the absolute figures depend on. @param {import('./setup/runtime.mjs').Runtime} runtime */
function machine(runtime) {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const load = loadavg()[0]?.toFixed(1);
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gigabytes} GB, ${process.platform} ${release()}, load ${load}`,
    `Electron ${runtime.version}${runtime.kind === 'stand-in' ? ' (stand-in)' : ''}, Node ${process.versions.node}`,
  ].join('\n');
}
