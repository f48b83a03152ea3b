/** The built app as it is, watched from inside: tells when candles are on the chart's canvas. */
import { app } from 'electron';
import { pathToFileURL } from 'node:url';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';

const { candleUp, candleDown } = chartThemes.dark;

/** Resolves to the wall clock (ms) of the frame after the one that drew the first candles. */
const watch = `new Promise((resolve) => {
  const colours = ${JSON.stringify([candleUp, candleDown])}.map((hex) => Number.parseInt(hex.slice(1), 16));
  const isCandle = ([red, green, blue]) => colours.includes((red << 16) | (green << 8) | blue);
  const drawn = (canvas) => {
    if (canvas.width < 300 || canvas.height < 200) return false;
    const { data } = canvas.getContext('2d').getImageData(canvas.width / 3, 0, canvas.width / 3, canvas.height);
    for (let i = 0; i < data.length; i += 4) if (isCandle(data.subarray(i, i + 3))) return true;
    return false;
  };
  const look = () => {
    if ([...document.querySelectorAll('[data-testid="chart"] canvas')].some(drawn)) {
      requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
    } else requestAnimationFrame(look);
  };
  look();
})`;

app.on('browser-window-created', (_event, window) => {
  window.webContents.once('dom-ready', () => {
    void window.webContents.executeJavaScript(watch).then((paintedAt) => process.send?.(paintedAt));
  });
});

// Awaited at the top level: what the app registers before `ready` would else come too late.
await import(pathToFileURL(process.env['HALCYON_BENCH_APP'] ?? '').href);
