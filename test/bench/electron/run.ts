import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Running {
  readonly child: ChildProcess;
  /** Wall clock (ms) right before the process was started. */
  readonly startedAt: number;
  /** What the app tells with `process.send`; rejects when it ends without. */
  readonly report: Promise<unknown>;
  /** Ends it, gently first, and waits until it is gone. */
  end(): Promise<void>;
}

const patienceMs = 5_000;
const longestMs = 100_000;

/** Starts the runtime that `npm run bench` prepared on the app in a folder with a `main.mjs`. */
export function start(folder: string, profile: string, env: NodeJS.ProcessEnv = {}): Running {
  const executable = process.env['ELECTRON_EXEC_PATH'];
  if (executable === undefined) throw new Error('start this with `npm run bench`, which prepares a runtime');
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'halcyon-bench', type: 'module', main: 'main.mjs' }),
  );
  const flags = JSON.parse(process.env['HALCYON_BENCH_FLAGS'] ?? '[]') as string[];
  const startedAt = Date.now();
  const child = spawn(executable, [...flags, '--log-level=3', folder, `--user-data-dir=${profile}`], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(child, 'exit');
  const report = new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer from ${folder}\n${complaint}`)), longestMs);
    child.on('message', (message) => {
      clearTimeout(timer);
      resolve(message);
    });
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`${folder} ended without an answer\n${complaint}`));
    });
  });
  report.catch(() => undefined);
  const end = async () => {
    const timer = setTimeout(kill, patienceMs);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
    process.off('exit', kill);
  };
  return { child, startedAt, report, end };
}

/** A profile folder for as long as `use` takes. */
export async function withProfile<T>(use: (profile: string) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'halcyon-bench-'));
  try {
    return await use(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What an app that only measures and ends tells. */
export const reportOf = <T>(folder: string, env: NodeJS.ProcessEnv = {}): Promise<T> =>
  withProfile(async (profile) => {
    const running = start(folder, profile, env);
    try {
      return (await running.report) as T;
    } finally {
      await running.end();
    }
  });
