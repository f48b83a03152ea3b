/** The app as users get it, from the build in out/. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../setup/places.mjs';
import { SetupError, say, step } from '../setup/progress.mjs';
import { fpmShim, packageConfiguration } from './config.mjs';

const output = join(root, 'dist');
const stamp = join(output, 'made-of.txt');

/**
 * Makes the unpacked app unless the one in dist/ is of this build and this runtime.
 * @param {import('../setup/runtime.mjs').Runtime} runtime
 */
export async function packageDirectory(runtime) {
  const now = await describe(runtime);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  await makeTargets(runtime, ['dir']);
}

/**
 * @param {import('../setup/runtime.mjs').Runtime} runtime
 * @param {string[]} targets of electron-builder, for this platform
 * @returns {Promise<string[]>} the files made, and none for the unpacked app
 */
export async function makeTargets(runtime, targets) {
  await rm(stamp, { force: true });
  const { Platform, build } = await import('electron-builder');
  if (process.platform === 'linux') process.env.CUSTOM_FPM_PATH ??= fpmShim;
  const made = await step(`packaging (${targets.join(', ')})`, () =>
    build({
      projectDir: root,
      targets: Platform.current().createTarget(targets),
      config: packageConfiguration(runtime),
    }),
  ).catch((error) => {
    throw new SetupError('Packaging failed.', error instanceof Error ? error.message : String(error));
  });
  await writeFile(stamp, await describe(runtime));
  if (runtime.kind === 'stand-in') {
    say(`packaged with the development runtime (Electron ${runtime.version}): do not ship`);
    await writeFile(
      join(output, 'DO-NOT-SHIP.txt'),
      'Packaged with the development runtime: for tests only, do not ship.\n',
    );
  } else {
    await rm(join(output, 'DO-NOT-SHIP.txt'), { force: true });
  }
  return made;
}

/** @param {import('../setup/runtime.mjs').Runtime} runtime */
async function describe(runtime) {
  const sources = ['out/made-of.txt', 'scripts/dist/config.mjs'].map((file) => readFile(join(root, file), 'utf8'));
  return [runtime.kind, runtime.version, ...(await Promise.all(sources))].join('\n');
}
