import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, type Page } from '@playwright/test';

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
async function searchFiles(
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

/** Searches the profile, the session's other folders, both consoles and the page. */
export async function expectKeyNowhere(
  { page, profile, output }: Pick<RunningApp, 'page' | 'profile' | 'output'>,
  keys: readonly string[],
): Promise<void> {
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
