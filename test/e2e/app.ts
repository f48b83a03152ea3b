import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { _electron, test as base, expect, type ElectronApplication, type Page } from '@playwright/test';

export { expect } from '@playwright/test';

export interface LaunchOptions {
  /** Profile folder; a fresh temporary one when absent. */
  readonly profile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The market of a profile that has chosen none; absent: simulated, so that no real host is ever asked. */
  readonly market?: 'auto';
  /** True: Chromium's sandbox stays on, as users run it (impossible for root). */
  readonly sandbox?: boolean;
  /** Lines of the page's console or of main's standard error that this test provokes on purpose. */
  readonly expectedProblems?: readonly RegExp[];
}

export interface RunningApp {
  readonly app: ElectronApplication;
  /** The window's page, loaded. */
  readonly page: Page;
  readonly profile: string;
  /** Errors seen so far, of the page and of main, that the options do not expect. */
  readonly problems: string[];
  /** Every line that main printed so far, on either stream. */
  readonly output: readonly string[];
  /** Quits as a user does. */
  close(): Promise<void>;
  /** Ends the process at once, as a power cut does. */
  kill(): Promise<void>;
  /** Quits if still running and starts again on the same profile; `changes` replace single options. */
  relaunch(changes?: LaunchOptions): Promise<RunningApp>;
}

/** The engine gets 5 s to stop in order; past this something hangs. */
const quitMs = 15_000;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Lines that Chromium, Node's inspector and the session bus print on any healthy start. */
const noise = [
  /^\[\d+:\d{4}\/\d{6}\.\d+:/,
  /^\[\d+:\d+:\d{4}\/\d{6}\.\d+:/,
  /^Debugger (listening|attached|ending)/,
  /^DevTools listening/,
  /^For help, see: /,
  /^Waiting for the debugger/,
  /^\(node:\d+\) ExperimentalWarning/,
  /^\(Use `\S+ --trace-warnings/,
  /^\s*$/,
];

export const makeProfile = (): Promise<string> => mkdtemp(join(tmpdir(), 'halcyon-profile-'));

/** Starts the built app (out/) on the runtime that `npm test` prepared. */
export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  const profile = options.profile ?? (await makeProfile());
  const problems: string[] = [];
  const note = (problem: string): void => {
    if (!options.expectedProblems?.some((expected) => expected.test(problem))) problems.push(problem);
  };

  const app = await _electron.launch({
    args: [
      root,
      `--user-data-dir=${profile}`,
      ...(options.market === 'auto' ? [] : ['--simulated']),
      ...(options.args ?? []),
    ],
    cwd: root,
    env: { ...cleanEnvironment(), ...options.env },
    chromiumSandbox: options.sandbox ?? false,
    timeout: 30_000,
  });
  const child = app.process();
  const output: string[] = [];
  forEachLine(child.stdout, (line) => output.push(line));
  forEachLine(child.stderr, (line) => {
    output.push(line);
    if (!noise.some((pattern) => pattern.test(line))) note(`main: ${line}`);
  });
  app.on('window', (page) => watch(page, note));
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');

  let running = true;
  child.once('exit', () => (running = false));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const close = async (): Promise<void> => {
    if (!running) return;
    const stuck = setTimeout(() => {
      problems.push(`main: did not quit within ${quitMs / 1000} s and was killed`);
      void kill();
    }, quitMs);
    await app.close();
    clearTimeout(stuck);
  };
  return {
    app,
    page,
    profile,
    problems,
    output,
    close,
    kill,
    relaunch: async (changes = {}) => {
      await close();
      return launchApp({ ...options, ...changes, profile });
    },
  };
}

/**
 * A test with `launch`: apps it started are closed at the end, their profiles removed, a picture is attached when the
 * test failed, and an error on a console that the test did not expect fails it.
 */
export const test = base.extend<{ launch: (options?: LaunchOptions) => Promise<RunningApp> }>({
  launch: async ({}, use, testInfo) => {
    const started: RunningApp[] = [];
    const remember = (running: RunningApp): RunningApp => {
      started.push(running);
      return { ...running, relaunch: async (changes) => remember(await running.relaunch(changes)) };
    };
    await use(async (options) => remember(await launchApp(options)));

    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const [index, running] of started.entries()) {
      if (failed && !running.page.isClosed()) {
        const body = await running.page.screenshot().catch(() => null);
        if (body) await testInfo.attach(`window-${index}.png`, { body, contentType: 'image/png' });
      }
      await running.close();
    }
    for (const profile of new Set(started.map((running) => running.profile))) {
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    }
    expect(
      started.flatMap((running) => running.problems),
      'errors on the consoles of the page and of main',
    ).toEqual([]);
  },
});

/** This process's variables without proxies and without what would make Electron run as plain Node. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(https?|all|no)_proxy$/i.test(entry[0]) && entry[0] !== 'ELECTRON_RUN_AS_NODE',
  );
  return Object.fromEntries(entries);
}

function watch(page: Page, note: (problem: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error') note(`page: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`page: ${error.stack ?? error.message}`));
}

function forEachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  });
}
