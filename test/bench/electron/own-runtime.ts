import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * Runs `use` with a copy of the runtime's executable: the proportional set size of a page is split among all that share
 * it, so another running Electron would make the floor, and thereby the ratio, look different from what they are.
 */
export async function withOwnRuntime<T>(use: () => Promise<T>): Promise<T> {
  const executable = process.env['ELECTRON_EXEC_PATH'];
  if (process.platform !== 'linux' || executable === undefined) return use();
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-bench-runtime-'));
  try {
    for (const name of readdirSync(dirname(executable))) {
      const from = join(dirname(executable), name);
      if (name === basename(executable)) copyFileSync(from, join(folder, name));
      else symlinkSync(from, join(folder, name));
    }
    process.env['ELECTRON_EXEC_PATH'] = join(folder, basename(executable));
    return await use();
  } finally {
    process.env['ELECTRON_EXEC_PATH'] = executable;
    rmSync(folder, { recursive: true, force: true });
  }
}
