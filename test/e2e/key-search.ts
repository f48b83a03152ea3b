import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { expect, type ElectronApplication, type Page } from '@playwright/test';

import type { RunningApp } from './app.ts';

/** Every way a text could be written down by accident: plain, UTF-16, hexadecimal, base64 at any offset. */
function writings(secret: string): readonly Buffer[] {
  const plain = Buffer.from(secret, 'utf8');
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), plain])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last digits mix with the neighbours' bits.
    return text.slice(offset === 0 ? 0 : offset + 1, -1);
  });
  const texts = [...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  const hex = plain.toString('hex');
  return [
    plain,
    Buffer.from(secret, 'utf16le'),
    Buffer.from(secret, 'utf16le').swap16(),
    ...[hex, hex.toUpperCase(), ...texts].map((text) => Buffer.from(text)),
    ...texts.map((text) => Buffer.from(text, 'utf16le')),
  ];
}

export const holds = (content: Buffer | string, secret: string): boolean => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return writings(secret).some((writing) => bytes.includes(writing));
};

/** Files below the folders that hold the secret in any writing, and how many were read. */
export async function searchFiles(
  folders: readonly string[],
  secret: string,
): Promise<{ readonly found: string[]; readonly read: number }> {
  const found: string[] = [];
  let read = 0;
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      // A running Chromium renames and removes files as it likes.
      const content = await readFile(file).catch(() => null);
      if (content === null) continue;
      read += 1;
      if (holds(content, secret)) found.push(file);
    }
  }
  return { found, read };
}

/** Where Chromium and Electron put files of their own, crash dumps included: all below the profile, so searched with it. */
async function expectFoldersInside({ app, profile }: Pick<RunningApp, 'app' | 'profile'>): Promise<void> {
  const folders = await app.evaluate(({ app }) =>
    (['userData', 'sessionData', 'crashDumps', 'logs'] as const).map((name) => app.getPath(name)),
  );
  expect(folders.filter((folder) => relative(profile, folder).startsWith('..'))).toEqual([]);
}

/** Searches the profile with its log, database and crash dumps, the session's other folders, both consoles and the page. */
export async function expectKeyNowhere(
  { app, page, profile, output }: Pick<RunningApp, 'app' | 'page' | 'profile' | 'output'>,
  keys: readonly string[],
): Promise<void> {
  await expectFoldersInside({ app, profile });
  expect((await readFile(join(profile, 'logs', 'halcyon.log'), 'utf8')).length).toBeGreaterThan(0);

  const others = ['HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'].flatMap(
    (name) => process.env[name] ?? [],
  );
  // Only the folders that `npm test` made for this session: an ordinary user's home is not ours to read.
  const session = others.filter((folder) => folder.includes('halcyon-keychain-'));
  const shown = await page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map((input) => input.value),
      { ...localStorage },
      { ...sessionStorage },
      location.href,
      Object.entries(window).map(([name, value]) => `${name} ${String(value)}`),
    ]),
  );
  for (const key of keys) {
    const { found, read } = await searchFiles([profile, ...session], key);
    expect(read, 'files searched').toBeGreaterThan(5);
    expect(found, 'files that hold the key').toEqual([]);
    expect(
      output.filter((line) => holds(line, key)),
      'console lines that hold the key',
    ).toEqual([]);
    expect(holds(shown, key), 'the page holds the key').toBe(false);
  }
}

/** Everything that the page's JavaScript holds, garbage collected first. */
export async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  expect(chunks.length).toBeGreaterThan(0);
  return chunks.join('');
}

/** Every message between page and main from now on, as its bytes. */
export async function recordTraffic(app: ElectronApplication): Promise<(to: 'page' | 'main') => Promise<Buffer>> {
  await app.evaluate(({ BrowserWindow, ipcMain }) => {
    const { serialize } = process.getBuiltinModule('node:v8');
    const traffic = { page: [] as Buffer[], main: [] as Buffer[] };
    Object.assign(globalThis, { traffic });
    const { webContents } = BrowserWindow.getAllWindows()[0]!;
    const send = webContents.send.bind(webContents);
    webContents.send = (channel, ...args: unknown[]) => {
      traffic.page.push(serialize(args));
      send(channel, ...args);
    };
    type Handler = (event: unknown, ...args: unknown[]) => unknown;
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    for (const [name, handle] of handlers) {
      handlers.set(name, async (event, ...args) => {
        traffic.main.push(serialize(args));
        const answer = await handle(event, ...args);
        traffic.page.push(serialize(answer));
        return answer;
      });
    }
  });
  return async (to) => {
    const text = await app.evaluate((_, to) => {
      const { traffic } = globalThis as unknown as { traffic: Record<'page' | 'main', Buffer[]> };
      return Buffer.concat(traffic[to]).toString('base64');
    }, to);
    return Buffer.from(text, 'base64');
  };
}
