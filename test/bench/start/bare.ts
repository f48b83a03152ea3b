/** The floor: a window of the app's size with a page that holds one word, and nothing else. */
import { app, BrowserWindow } from 'electron';
import { join } from 'node:path';
import { tellWhenReady } from '../electron/tell.ts';

app.on('window-all-closed', () => app.quit());

tellWhenReady(async () => {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    backgroundColor: '#0b0e13',
    show: false,
    webPreferences: { sandbox: true },
  });
  window.once('ready-to-show', () => window.show());
  await window.loadFile(join(import.meta.dirname, 'bare.html'));
  return window.webContents.executeJavaScript(`new Promise((resolve) => {
    const paints = (list) => {
      const first = list.getEntries().find(({ name }) => name === 'first-paint');
      if (first) resolve(performance.timeOrigin + first.startTime);
    };
    new PerformanceObserver(paints).observe({ type: 'paint', buffered: true });
  })`);
});
