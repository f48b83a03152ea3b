/** A keychain of the tests' own: the user's is never opened. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { userCache } from './places.mjs';

/** What must be on the path; both from Debian packages of about the same name. */
export const keychainTools = ['dbus-run-session', 'gnome-keyring-daemon'];

/**
 * @typedef {object} TestKeychain
 * @property {(command: string, args: readonly string[]) => [string, string[]]} wrap the command that runs another inside the session
 * @property {NodeJS.ProcessEnv} env folders that belong to this session alone
 * @property {() => Promise<void>} end
 */

/** @returns {Promise<TestKeychain>} */
export async function makeTestKeychain() {
  const home = await mkdtemp(join(tmpdir(), 'halcyon-keychain-'));
  const folders = { XDG_DATA_HOME: 'data', XDG_RUNTIME_DIR: 'run', XDG_CONFIG_HOME: 'config', HOME: 'home' };
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    DBUS_SESSION_BUS_ADDRESS: undefined,
    GNOME_KEYRING_CONTROL: undefined,
    XDG_CACHE_HOME: dirname(userCache),
  };
  for (const [name, folder] of Object.entries(folders)) {
    env[name] = join(home, folder);
    await mkdir(join(home, folder));
    await chmod(join(home, folder), 0o700);
  }
  const session = fileURLToPath(new URL('keychain-session.mjs', import.meta.url));
  return {
    wrap: (command, args) => ['dbus-run-session', ['--', process.execPath, session, command, ...args]],
    env,
    end: () => rm(home, { recursive: true, force: true }),
  };
}
