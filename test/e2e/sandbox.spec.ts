import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { chromium, type Page } from '@playwright/test';

import { expect, test } from './app.ts';
import { TerminalWindow } from './pages/terminal.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const runtime = process.env['ELECTRON_EXEC_PATH'] ?? '';
/** An account without rights, by Debian's number of `nobody`; any other would do. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const asOrdinaryUser = isRoot
  ? ['setpriv', '--reuid', String(nobody), '--regid', String(nobody), '--clear-groups', '--no-new-privs']
  : [];

test('an ordinary user gets the terminal with Chromium’s sandbox on, in every process of the page', async () => {
  test.skip(process.platform !== 'linux', 'what is looked at here is in /proc');
  const [command = '', ...args] = [...asOrdinaryUser, 'unshare', '--user', '--map-root-user', 'true'];
  const denied = await run(command, args).then(
    () => null,
    (reason: Error) => reason.message,
  );
  test.skip(denied !== null, `this system denies user namespaces to ordinary users: ${denied}`);

  const place = await makePlace();
  const { child, page, end } = await start(place);
  try {
    await new TerminalWindow(page).expectDrawn();
    const pids = await family(child.pid!);
    const commands = await Promise.all(pids.map(commandOf));
    expect(commands.filter((each) => each.includes('--no-sandbox'))).toEqual([]);

    const renderers = pids.filter((_, at) => commands[at]?.includes('--type=renderer'));
    expect(renderers.length).toBeGreaterThan(0);
    const ours = await readlink(`/proc/${child.pid}/ns/user`);
    for (const pid of renderers) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      expect(/^Seccomp:\s*(\d)/m.exec(status)?.[1], 'system calls are filtered').toBe('2');
      expect(/^NoNewPrivs:\s*(\d)/m.exec(status)?.[1], 'no new rights').toBe('1');
      expect(/^CapEff:\s*(\w+)/m.exec(status)?.[1], 'no capabilities').toMatch(/^0+$/);
      expect(Number(/^Uid:\s*(\d+)/m.exec(status)?.[1]), 'not root').not.toBe(0);
      expect(await readlink(`/proc/${pid}/ns/user`), 'in a user namespace of its own').not.toBe(ours);
    }
  } finally {
    await end();
    await rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
});

/** Runtime, built app and profile where an account without rights can read them, whatever folder the tree is in. */
async function makePlace(): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'halcyon-sandbox-'));
  await chmod(place, 0o755);
  const copy = async (from: string, to: string): Promise<void> => {
    await mkdir(dirname(join(place, to)), { recursive: true });
    // Hard links where they are possible: the runtime is large.
    await run('cp', ['-al', from, join(place, to)]).catch(() => cp(from, join(place, to), { recursive: true }));
  };
  await copy(dirname(runtime), 'runtime');
  await copy(join(root, 'out'), 'app/out');
  await copy(join(root, 'package.json'), 'app/package.json');
  for (const native of ['better-sqlite3', 'keytar']) {
    await copy(join(root, 'node_modules', native), `app/node_modules/${native}`);
  }
  await mkdir(join(place, 'home', 'profile'), { recursive: true });
  if (isRoot) for (const folder of ['home', 'home/profile']) await chown(join(place, folder), nobody, nobody);
  return place;
}

/** Over Chromium's own port, because Playwright's Electron driver loads a file from the tree. */
async function start(place: string): Promise<{ child: ChildProcess; page: Page; end: () => Promise<void> }> {
  const home = join(place, 'home');
  const [command = '', ...args] = [
    ...asOrdinaryUser,
    join(place, 'runtime', basename(runtime)),
    '--simulated',
    '--remote-debugging-port=0',
    join(place, 'app'),
    `--user-data-dir=${join(home, 'profile')}`,
  ];
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...inherited,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_DATA_HOME: home,
      XDG_RUNTIME_DIR: home,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/no-bus',
    },
  });
  const exited = once(child, 'exit');
  const end = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill();
    await exited;
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggerAddress(child));
    const context = browser.contexts()[0]!;
    const page = context.pages()[0] ?? (await context.waitForEvent('page'));
    await page.waitForURL('app://halcyon/**');
    return { child, page, end: async () => browser.close().then(end, end) };
  } catch (thrown) {
    await end();
    throw thrown;
  }
}

function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the app ended: ${said}`)));
  });
}

const commandOf = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').then(
    (text) => text.replaceAll('\0', ' '),
    () => '',
  );

/** A process and all below it: the page's are children of Chromium's zygotes. */
async function family(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(family))).flat()];
}
