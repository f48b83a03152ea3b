import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Outlives `npm ci`: runtimes and native modules by version. */
export const userCache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'halcyon');

/** Dies with `npm ci`: what was found out about this tree. */
export const treeCache = join(root, 'node_modules', '.cache', 'halcyon');

/** @param {string[]} parts @returns {string} path inside an installed package */
export const installed = (...parts) => join(root, 'node_modules', ...parts);

/** @param {string} name @returns {string} */
export function installedVersion(name) {
  return JSON.parse(readFileSync(installed(name, 'package.json'), 'utf8')).version;
}
