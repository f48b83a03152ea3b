import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every way a text could be written down by accident: plain, UTF-16, hexadecimal, base64 at any offset. */
export function writings(secret: string): readonly Buffer[] {
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
