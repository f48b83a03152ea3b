// Builds main, preload and renderer into out/ when anything they are made of has changed. `--force` builds anyway.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import { run } from './setup/commands.mjs';
import { installed, root } from './setup/places.mjs';
import { SetupError, runScript, say, step } from './setup/progress.mjs';

const stamp = join(root, 'out', 'made-of.txt');
const folders = ['src-main', 'src-renderer'];
const files = ['electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];

/**
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<boolean>} whether it was built anew
 */
export async function build({ force = false } = {}) {
  const now = await fingerprint();
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return false;
  await rm(stamp, { force: true });
  await step('building', async () => {
    const { code, output } = await run(
      process.execPath,
      [installed('electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
      { cwd: root, env: { ...process.env, NODE_ENV: undefined } },
    );
    if (code !== 0) throw new SetupError('The build failed.', output.trim());
    if (output.trim() !== '') say(output.trim());
  });
  await writeFile(stamp, now);
  return true;
}

/** @returns {Promise<string>} changes with the content or the name of any source */
async function fingerprint() {
  const hash = createHash('sha256');
  const sources = [...files];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile()) sources.push(relative(root, join(entry.parentPath, entry.name)));
    }
  }
  for (const source of sources.sort()) {
    hash.update(`${source}\0`);
    hash.update(await readFile(join(root, source)));
  }
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    if (!(await build({ force: process.argv.includes('--force') }))) say('nothing changed since the last build');
  });
}
