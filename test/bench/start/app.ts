/** The built app as it is, watched from inside: tells when candles are on the chart's canvas. */
import { app } from 'electron';
import { pathToFileURL } from 'node:url';
import { chartThemes } from '../../../src-renderer/chart/theme.ts';

const { candleUp, candleDown } = chartThemes.dark;

/** Resolves to the wall clock (ms) of the frame after the one that drew the first candles. */
const watch = `new Promise((resolve) => {
  const colours = ${JSON.stringify([candleUp, candleDown])}.map((hex) => Number.parseInt(hex.slice(1), 16));
  // In memory a pixel is red, green, blue, alpha: read as one number, alpha is its highest byte and red its lowest.
  const pixels = new Set(colours.map((c) => ((255 << 24) | ((c & 255) << 16) | (c & 0xff00) | (c >> 16)) >>> 0));
  const drawn = (canvas) => {
    if (canvas.width < 300 || canvas.height < 200) return false;
    const { data } = canvas.getContext('2d').getImageData(canvas.width >> 1, 0, 100, canvas.height);
    return new Uint32Array(data.buffer).some((pixel) => pixels.has(pixel));
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

app.commandLine.appendSwitch('simulated');
// Awaited at the top level: what the app registers before `ready` would else come too late.
await import(pathToFileURL(process.env['HALCYON_BENCH_APP'] ?? '').href);
