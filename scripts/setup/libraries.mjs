/** System libraries and tools that Debian and its descendants may lack: found with ldd, installed as root, else named. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { run } from './commands.mjs';
import { SetupError, say, step } from './progress.mjs';

/**
 * Library (as ldd names it) → the Debian packages that bring it; the others that Electron links come with these.
 * @type {Readonly<Record<string, string>>}
 */
const packageOfLibrary = {
  'libgtk-3.so.0': 'libgtk-3-0',
  'libgdk-3.so.0': 'libgtk-3-0',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcups.so.2': 'libcups2',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libgmodule-2.0.so.0': 'libglib2.0-0',
  'libgdk_pixbuf-2.0.so.0': 'libgdk-pixbuf-2.0-0',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libcairo.so.2': 'libcairo2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libexpat.so.1': 'libexpat1',
  'libgbm.so.1': 'libgbm1',
  'libasound.so.2': 'libasound2',
  'libnspr4.so': 'libnspr4',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libudev.so.1': 'libudev1',
  'libX11.so.6': 'libx11-6',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXrandr.so.2': 'libxrandr2',
  'libxcb.so.1': 'libxcb1',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libsecret-1.so.0': 'libsecret-1-0',
};

/** Renamed for 64-bit time in Debian 13 and Ubuntu 24.04. */
const renamed = new Set([
  'libgtk-3-0',
  'libatk1.0-0',
  'libatk-bridge2.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libglib2.0-0',
  'libasound2',
]);

/** @type {Readonly<Record<string, string>>} */
const packageOfTool = {
  Xvfb: 'xvfb',
  'dbus-run-session': 'dbus',
  'gnome-keyring-daemon': 'gnome-keyring',
  make: 'make',
  'g++': 'g++',
  python3: 'python3',
  'dpkg-deb': 'dpkg',
  xz: 'xz-utils',
};

/**
 * @param {readonly string[]} binaries files that ldd can read
 * @returns {Promise<string[]>} names of the libraries they cannot find
 */
export async function missingLibraries(binaries) {
  const missing = new Set();
  for (const binary of binaries) {
    const { output } = await run('ldd', [binary], { env: { ...process.env, LC_ALL: 'C' } });
    for (const name of parseMissing(output)) missing.add(name);
  }
  return [...missing].sort();
}

/** @param {string} output of ldd @returns {string[]} */
export function parseMissing(output) {
  return [...output.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

/** @param {readonly string[]} tools @returns {string[]} those not on the path */
export function missingTools(tools) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  return tools.filter((tool) => !folders.some((folder) => folder !== '' && existsSync(join(folder, tool))));
}

/**
 * @param {readonly string[]} names libraries and tools
 * @param {string} osRelease text of /etc/os-release
 * @returns {{ packages: string[], unknown: string[] }}
 */
export function debianPackages(names, osRelease) {
  const newNames = hasTime64Names(osRelease);
  const packages = new Set();
  const unknown = [];
  for (const name of names) {
    const found = packageOfLibrary[name] ?? packageOfTool[name];
    if (found === undefined) unknown.push(name);
    else packages.add(newNames && renamed.has(found) ? `${found}t64` : found);
  }
  return { packages: [...packages].sort(), unknown };
}

/** @param {string} osRelease */
function hasTime64Names(osRelease) {
  const field = (/** @type {string} */ name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  if (field('ID') === 'debian') return field('VERSION_ID') === '' || Number(field('VERSION_ID')) >= 13;
  if (field('ID') === 'ubuntu') return Number(field('VERSION_ID')) >= 24.04;
  return Number(field('VERSION_ID')) >= 24.04 && field('ID_LIKE').includes('ubuntu');
}

/**
 * What is missing, and what for.
 * @typedef {object} Lack
 * @property {readonly string[]} names libraries and tools
 * @property {string} purpose "to open a window"
 */

/** @param {readonly string[]} packages @param {string} [sudo] */
const aptCommand = (packages, sudo = '') =>
  `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages.join(' ')}`;

/**
 * What an ordinary user reads: everything that is missing, and one command that brings it.
 * @param {readonly Lack[]} lacks
 * @param {{ packages: readonly string[], unknown: readonly string[] }} found
 */
export function askForPackages(lacks, { packages, unknown }) {
  const others = unknown.length > 0 ? `\nNot known to this set-up, install it yourself: ${unknown.join(', ')}` : '';
  return new SetupError(
    `This system lacks ${lacks.map(({ names, purpose }) => `${names.join(', ')} (${purpose})`).join('; ')}. Run this once, then start again:`,
    `${aptCommand(packages, 'sudo ')}${others}`,
  );
}

/**
 * Installs what is missing as root on Debian and its like; otherwise ends with the one command that does.
 * @param {readonly Lack[]} needs those without names are met
 */
export async function provide(needs) {
  const lacks = needs.filter(({ names }) => names.length > 0);
  if (lacks.length === 0) return;
  const names = lacks.flatMap((lack) => lack.names);
  const purpose = lacks.map((lack) => lack.purpose).join(', ');
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const { packages, unknown } = debianPackages(names, osRelease);
  if (missingTools(['apt-get']).length > 0 || (packages.length === 0 && unknown.length > 0)) {
    throw new SetupError(
      `This system lacks ${names.join(', ')} (${purpose}).`,
      'Install them with your package manager and start again.',
    );
  }
  if (process.getuid?.() !== 0) throw askForPackages(lacks, { packages, unknown });
  const { code, output } = await step(`installing ${packages.join(' ')} (${purpose})`, () => aptInstall(packages));
  if (code !== 0) {
    throw new SetupError(
      `${packages.join(', ')} could not be installed (${purpose}).`,
      `Run this, then start again:\n${aptCommand(packages)}\napt-get said:\n${output.trim().slice(-1500)}`,
    );
  }
  if (unknown.length > 0) say(`not known to this set-up, so not installed: ${unknown.join(', ')}`);
}

/** @param {readonly string[]} packages */
async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const install = () => run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], { env });
  const first = await install();
  if (first.code === 0) return first;
  await run('apt-get', [...wait, 'update'], { env });
  return install();
}
