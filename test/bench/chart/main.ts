/** Measures the chart in a page that is served and guarded as the app's own is. */
import { BrowserWindow } from 'electron';
import { appOrigin, lockSession, registerScheme, servePage } from '../../../src-main/page.ts';
import { tellWhenReady } from '../electron/tell.ts';

const rounds = 7;
/** Until the window has been shown and the page has settled. */
const settleMs = 1_000;

registerScheme();
tellWhenReady(async () => {
  lockSession(appOrigin);
  servePage(process.env['HALCYON_BENCH_PAGE'] ?? '');
  const window = new BrowserWindow({ width: 1240, height: 800, webPreferences: { sandbox: true } });
  await window.loadURL(`${appOrigin}/measure.html`);
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  return window.webContents.executeJavaScript(`window.measureChart(${rounds})`);
});
