import type { BrowserWindow } from 'electron';
import { rename, writeFile } from 'node:fs/promises';

/**
 * Keeps a picture (PNG) of the window at `file`: for a start without a display, where nobody could see it otherwise. The
 * file is replaced whole, so that it can be opened at any moment.
 */
export function keepPicture(window: BrowserWindow, file: string, firstMs = 4_000, everyMs = 30_000): void {
  const take = async (): Promise<void> => {
    if (window.isDestroyed()) return;
    const image = await window.webContents.capturePage();
    if (image.isEmpty()) return;
    await writeFile(`${file}.part`, image.toPNG());
    await rename(`${file}.part`, file);
  };
  const attempt = (): void => {
    take().catch((error: unknown) => console.error(`no picture of the window: ${String(error)}`));
  };
  window.webContents.once('did-finish-load', () => setTimeout(attempt, firstMs));
  const timer = setInterval(attempt, everyMs);
  window.on('closed', () => clearInterval(timer));
}
