/** Everything a fresh machine needs before the app or its tests can run; each part does nothing where it was done. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { hasDisplay } from './display.mjs';
import { keychainTools } from './keychain.mjs';
import { missingLibraries, missingTools, provide } from './libraries.mjs';
import { missingCompilers, provideDatabase } from './native.mjs';
import { checkNode } from './node-version.mjs';
import { installed, installedVersion, treeCache } from './places.mjs';
import { SetupError } from './progress.mjs';
import { findRuntime, obtainRuntime } from './runtime.mjs';

/**
 * @typedef {import('./runtime.mjs').Runtime & { env: NodeJS.ProcessEnv }} PreparedRuntime
 *   `env`: what build tools and test drivers read to find the runtime
 */

const stamp = join(treeCache, 'setup.json');

/**
 * @param {{ display?: boolean, keychain?: boolean }} [needs] `display`: a virtual one even where there is a real one;
 *   `keychain`: a session bus and keychain for tests
 * @returns {Promise<PreparedRuntime>}
 */
export async function prepare({ display = false, keychain = false } = {}) {
  checkNode();
  if (!existsSync(installed('electron', 'package.json'))) {
    throw new SetupError('The packages are not installed.', 'Run: npm ci');
  }
  const known = findRuntime();
  const isReady = known !== null && readStamp() === describeTree(known);
  const runtime = isReady ? known : await obtainRuntime();
  if (process.platform === 'linux') {
    const tools = [
      { names: missingTools(display || !hasDisplay() ? ['Xvfb'] : []), purpose: 'for a virtual display' },
      { names: missingTools(keychain ? keychainTools : []), purpose: 'for a keychain of the tests' },
    ];
    await provide([...(isReady ? [] : await findLacks(runtime)), ...tools]);
  }
  if (!isReady) await prepareSlowly(runtime);
  return { ...runtime, env: runtimeEnvironment(runtime) };
}

/** @param {import('./runtime.mjs').Runtime} runtime */
const binaries = (runtime) => [
  runtime.executable,
  installed('keytar', 'prebuilds', `linux-${process.arch}`, 'keytar.node'),
];

/** All at once, so that nobody is sent for an administrator's password twice. @param {import('./runtime.mjs').Runtime} runtime */
async function findLacks(runtime) {
  const libraries = await missingLibraries(binaries(runtime));
  const compilers = await missingCompilers(process.execPath, runtime, libraries.length === 0);
  return [
    { names: libraries, purpose: 'to open a window and the keychain' },
    { names: compilers, purpose: 'to build better-sqlite3' },
  ];
}

/** @param {import('./runtime.mjs').Runtime} runtime */
async function prepareSlowly(runtime) {
  if (process.platform === 'linux') {
    const still = await missingLibraries(binaries(runtime));
    if (still.length > 0) {
      throw new SetupError(
        `These libraries are still missing: ${still.join(', ')}.`,
        'Install them with your package manager.',
      );
    }
  }
  await provideDatabase([process.execPath, runtime.executable]);
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, describeTree(runtime));
}

/** All that decides whether the slow checks could answer differently. @param {import('./runtime.mjs').Runtime} runtime */
function describeTree(runtime) {
  const binary = installed('better-sqlite3', 'build', 'Release', 'better_sqlite3.node');
  return JSON.stringify({
    runtime: [runtime.kind, runtime.version, runtime.executable],
    node: [process.execPath, process.version, process.platform, process.arch],
    packages: [installedVersion('better-sqlite3'), installedVersion('keytar')],
    built: existsSync(binary) ? statSync(binary).mtimeMs : null,
  });
}

function readStamp() {
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
}

/** @param {import('./runtime.mjs').Runtime} runtime @returns {NodeJS.ProcessEnv} */
function runtimeEnvironment(runtime) {
  return {
    ELECTRON_EXEC_PATH: runtime.executable,
    ELECTRON_OVERRIDE_DIST_PATH: runtime.kind === 'official' ? undefined : runtime.directory,
    ELECTRON_MAJOR_VER: runtime.version.split('.')[0],
  };
}
