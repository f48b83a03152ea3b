/** The oldest Node of each line that electron-vite and Electron's own package run on: both load ES modules with require. */
import { SetupError } from './progress.mjs';

const known = 'Node 20.19, 22.12 or newer';

/** @param {string} [version] without the v */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major >= 23 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (isEnough) return;
  throw new SetupError(
    `Halcyon needs ${known}; this is Node ${version}.`,
    'Install a newer Node (nodejs.org, nvm) and start again.',
  );
}
