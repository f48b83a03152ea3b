/** The built app as it is, steered from the bench: its page is sent to loopback servers, then asked for what it knows. */
import { app, type BrowserWindow } from 'electron';
import { pathToFileURL } from 'node:url';

/** Runs in the page, whose bridge it uses; the answer goes back to the bench under the same number. */
interface Question {
  readonly id: number;
  readonly script: string;
}

app.on('browser-window-created', (_event, window: BrowserWindow) => {
  window.webContents.once('dom-ready', () => process.send?.('ready'));
  process.on('message', ({ id, script }: Question) => {
    window.webContents.executeJavaScript(script).then(
      (value: unknown) => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    );
  });
});

app.commandLine.appendSwitch('simulated');
// Awaited at the top level: what the app registers before `ready` would else come too late.
await import(pathToFileURL(process.env['HALCYON_BENCH_APP'] ?? '').href);
