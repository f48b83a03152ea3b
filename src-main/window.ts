import { app, BrowserWindow, screen } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';

const smallest = { width: 900, height: 600 };
const preferred = { width: 1440, height: 900 };

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

/** The bounds the window had when it was last closed, unless the file is unreadable or its display is gone. */
function rememberedBounds(file: string): Bounds | null {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Bounds;
    const numbers = [value.x, value.y, value.width, value.height];
    if (!numbers.every(Number.isFinite) || value.width < smallest.width || value.height < smallest.height) return null;
    const onScreen = screen.getAllDisplays().some(({ workArea }) => {
      const right = Math.min(value.x + value.width, workArea.x + workArea.width);
      const bottom = Math.min(value.y + value.height, workArea.y + workArea.height);
      return right - Math.max(value.x, workArea.x) > 200 && bottom - Math.max(value.y, workArea.y) > 200;
    });
    return onScreen ? value : null;
  } catch {
    return null;
  }
}

function rememberBounds(window: BrowserWindow, file: string): void {
  try {
    writeFileSync(file, JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() }));
  } catch {
    // A profile that cannot be written is reported by the store; the window's place is not worth a second message.
  }
}

/**
 * The one window: sandboxed, isolated, without Node, and unable to go anywhere. `boundsFile` holds its last place.
 */
export function createWindow(options: { preload: string; url: string; boundsFile: string }): BrowserWindow {
  const bounds = rememberedBounds(options.boundsFile);
  const area = screen.getPrimaryDisplay().workAreaSize;
  const window = new BrowserWindow({
    ...(bounds ?? {
      width: Math.min(preferred.width, Math.max(area.width, smallest.width)),
      height: Math.min(preferred.height, Math.max(area.height, smallest.height)),
    }),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Halcyon',
    backgroundColor: '#0b0e13',
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (bounds?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => rememberBounds(window, options.boundsFile));
  void window.loadURL(options.url);
  return window;
}

/** For every web contents the app will ever have: no navigation, no new windows, no attached views. */
export function denyWandering(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}
