import { arch, release, type } from 'node:os';

/** What runs, by name. */
export function runningVersions(app: string): Record<string, string> {
  const { electron = 'none', chrome = 'none', node } = process.versions;
  return { app, electron, chrome, node, os: `${type()} ${release()} ${arch()}` };
}
