/**
 * better-sqlite3 on every runtime that loads it. Its own binary is kept where it works; it needs a newer Node-API than
 * the oldest supported runtimes have (there it crashes), so whether it works is found by opening a database.
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { run } from './commands.mjs';
import { missingTools, provide } from './libraries.mjs';
import { installed, installedVersion, root, treeCache, userCache } from './places.mjs';
import { SetupError, say, step } from './progress.mjs';

const built = installed('better-sqlite3', 'build', 'Release', 'better_sqlite3.node');

// Without these the build asks for a Node-API level at load time that older runtimes answer with a crash.
const compilerFlags = '-UNAPI_VERSION -DNAPI_EXPERIMENTAL -DNODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT';

/** The first Electron that better-sqlite3's own binary works in. */
const oldestElectronMajor = 36;

const compilers = ['make', 'g++', 'python3'];

/**
 * What `provideDatabase` will need of the system and does not find, known before the runtime can be tried: its own
 * libraries may be missing, too.
 * @param {string} node executable
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {boolean} canRun whether the runtime's libraries are here
 * @returns {Promise<string[]>}
 */
export async function missingCompilers(node, runtime, canRun) {
  if (process.platform !== 'linux' || existsSync(cachedBinary())) return [];
  const missing = missingTools(compilers);
  if (missing.length === 0) return [];
  const worksInRuntime = async () =>
    canRun ? worksIn([runtime.executable]) : Number.parseInt(runtime.version) >= oldestElectronMajor;
  return (await worksIn([node])) && (await worksInRuntime()) ? [] : missing;
}

/**
 * @param {readonly string[]} runtimes executables: Node's, and Electron's (run as Node)
 * @returns {Promise<void>}
 */
export async function provideDatabase(runtimes) {
  if (await worksIn(runtimes)) return;
  const cached = cachedBinary();
  if (existsSync(cached)) {
    await place(cached);
    if (await worksIn(runtimes)) {
      say('better-sqlite3: using the binary built earlier');
      return;
    }
  }
  await provideTools();
  await step('building better-sqlite3 for this runtime (once, about a minute)', () => build(cached));
  await place(cached);
  if (!(await worksIn(runtimes))) {
    await rm(dirname(dirname(built)), { recursive: true, force: true });
    throw new SetupError(
      'better-sqlite3 was built, but does not open a database on this runtime.',
      `Runtimes tried: ${runtimes.join(', ')}\nNode 20.19 or newer, and Node 22.14 or newer with the official Electron, are known to work.`,
    );
  }
}

function cachedBinary() {
  const nodeMajor = process.versions.node.split('.')[0];
  const version = installedVersion('better-sqlite3');
  return join(
    userCache,
    'native',
    `better-sqlite3-${version}-${process.platform}-${process.arch}-node${nodeMajor}.node`,
  );
}

/** @param {readonly string[]} runtimes */
async function worksIn(runtimes) {
  for (const runtime of runtimes) if (!(await opensDatabase(runtime))) return false;
  return true;
}

/** In a child process: a binary that does not fit ends it with a signal. @param {string} runtime */
async function opensDatabase(runtime) {
  const trial =
    "const D = require('better-sqlite3'); new D(':memory:').exec('create table t (a)'); console.log('opened')";
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { code, output } = await run(runtime, ['-e', trial], { cwd: root, env, timeoutMs: 30_000 });
  return code === 0 && output.includes('opened');
}

/** Whole or not at all: a running app may have the old file open. @param {string} binary */
async function place(binary) {
  await mkdir(dirname(built), { recursive: true });
  const fresh = `${built}.${process.pid}`;
  await copyFile(binary, fresh);
  await rename(fresh, built);
}

async function provideTools() {
  if (process.platform === 'linux') {
    await provide([{ names: missingTools(compilers), purpose: 'to build better-sqlite3' }]);
  }
}

/** @returns {string} the folder whose include/node holds this Node's headers */
function findHeaders() {
  const given = process.env.npm_config_nodedir;
  const prefixes = [given, dirname(dirname(process.execPath))].filter((prefix) => prefix !== undefined);
  const found = prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
  if (found !== undefined) return found;
  throw new SetupError(
    `better-sqlite3 must be built for this runtime, but Node's headers are not beside ${process.execPath}.`,
    "Use a Node that brings them (nodejs.org's archive, nvm, or NodeSource's package; on Debian's own Node: apt-get install libnode-dev),\nor a Node of version 22.14 or newer with Electron's download host reachable, where nothing has to be built.",
  );
}

/** @param {string} target where the binary is kept */
async function build(target) {
  const nodedir = findHeaders();
  // Inside node_modules, so that the build finds node-addon-api; away from the package, so that a broken build leaves nothing there.
  const work = join(treeCache, `build-${process.pid}`);
  try {
    await cp(installed('better-sqlite3'), work, {
      recursive: true,
      filter: (path) =>
        path !== installed('better-sqlite3', 'build') && path !== installed('better-sqlite3', 'prebuilds'),
    });
    const { code, output } = await run(
      process.execPath,
      [installed('node-gyp', 'bin', 'node-gyp.js'), 'rebuild', '--release', '--force_build=1', `--nodedir=${nodedir}`],
      { cwd: work, env: { ...process.env, CXXFLAGS: compilerFlags, MAKEFLAGS: '-j2' }, onOutput: countObjects() },
    );
    const binary = join(work, 'build', 'Release', 'better_sqlite3.node');
    if (code !== 0 || !existsSync(binary)) {
      throw new SetupError(
        'better-sqlite3 could not be built.',
        `The end of what node-gyp said:\n${output.trim().slice(-2500)}`,
      );
    }
    await mkdir(dirname(target), { recursive: true });
    await copyFile(binary, `${target}.${process.pid}`);
    await rename(`${target}.${process.pid}`, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Says what is compiled now: a minute of silence looks like a hang. */
function countObjects() {
  return (/** @type {string} */ text) => {
    for (const match of text.matchAll(/^\s+(?:CC|CXX|SOLINK_MODULE)\(target\) \S*?([\w-]+\.(?:o|node))$/gm))
      say(`  ${match[1]}`);
  };
}
