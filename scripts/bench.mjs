// npm run bench [pattern]: runs test/bench/*.bench.ts, each in a process of its own, and prints one table. Asserts nothing.
// A bench file exports `rows()`; it may open the built app with test/e2e/app.ts. How to read the ratios: each is of one
// run, against the floor or the peer named beside it.
import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { table } from './bench/table.mjs';
import { build } from './build.mjs';
import { run } from './setup/commands.mjs';
import { startDisplay } from './setup/display.mjs';
import { root, treeCache } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript, say, step } from './setup/progress.mjs';

const folder = join(root, 'test', 'bench');

await runScript(async () => {
  const patterns = process.argv.slice(2);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.bench.ts') && (patterns.length === 0 || patterns.some((part) => name.includes(part))),
    )
    .sort();
  const runtime = await prepare({ display: true });
  await build();
  const display = process.platform === 'linux' ? await startDisplay() : null;
  /** @type {import('./bench/table.mjs').Row[]} */
  const rows = [];
  let failed = 0;
  try {
    await mkdir(treeCache, { recursive: true });
    for (const file of files) {
      const output = join(treeCache, `bench-${process.pid}.json`);
      const args = [join(root, 'scripts', 'bench', 'run-one.mjs'), join(folder, file), output];
      const env = { ...process.env, ...runtime.env, ...display?.env };
      const { code } = await step(`measuring ${file}`, () =>
        run(process.execPath, args, { cwd: root, env, show: true }),
      );
      if (code === 0) rows.push(...JSON.parse(await readFile(output, 'utf8')));
      else failed += 1;
      await rm(output, { force: true });
    }
  } finally {
    await display?.end();
  }
  say(`Electron ${runtime.version}, Node ${process.versions.node}`);
  process.stdout.write(`${table(rows)}\n`);
  return failed === 0 ? 0 : 1;
});
