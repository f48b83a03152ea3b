import { readFileSync, readdirSync } from 'node:fs';

/** Ends a process and all that descend from it at one moment, as a power cut does. */
export function killTree(root: number): void {
  for (const pid of treeOf(root)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was gone already.
    }
  }
}

/** Root first. Elsewhere than on Linux the root alone: Electron's other processes end with it. */
export function treeOf(root: number): number[] {
  if (process.platform !== 'linux') return [root];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(name));
  const found = [root];
  for (let i = 0; i < found.length; i++) {
    for (const [pid, parent] of parents) if (parent === found[i]) found.push(pid);
  }
  return found;
}

/** The name in the second field may hold spaces and brackets, so what counts begins after the last bracket. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
