/** Arguments for Chromium that depend on the machine, not on the app. */
import { existsSync, statfsSync } from 'node:fs';

import { run } from './commands.mjs';
import { say } from './progress.mjs';

const enoughSharedMemoryBytes = 256 * 1024 * 1024;

/** @returns {Promise<string[]>} */
export async function chromiumFlags() {
  if (process.platform !== 'linux') return [];
  return [...sandboxFlags(await probeSandbox()), ...sharedMemoryFlags()];
}

/** @returns {Promise<'works' | 'root' | 'no-namespaces'>} */
export async function probeSandbox() {
  if (process.getuid?.() === 0) return 'root';
  const { code } = await run('unshare', ['--user', '--map-root-user', 'true']);
  // 127: there is no such tool to ask with; Chromium will tell.
  return code === 0 || code === 127 ? 'works' : 'no-namespaces';
}

/** @param {Awaited<ReturnType<typeof probeSandbox>>} state */
function sandboxFlags(state) {
  if (state === 'works') return [];
  say(
    state === 'root'
      ? 'running as root: Chromium starts only without its sandbox; use an ordinary account for real keys'
      : 'this system denies user namespaces, so the window runs without its sandbox (to allow them: sudo sysctl -w kernel.unprivileged_userns_clone=1, or on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0)',
  );
  return ['--no-sandbox'];
}

/** Containers often have a /dev/shm that one chart fills. */
function sharedMemoryFlags() {
  if (!existsSync('/dev/shm')) return ['--disable-dev-shm-usage'];
  const { blocks, bsize } = statfsSync('/dev/shm');
  return blocks * bsize < enoughSharedMemoryBytes ? ['--disable-dev-shm-usage'] : [];
}
