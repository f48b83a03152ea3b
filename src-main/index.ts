import type { BrowserWindow } from 'electron';
import { app, clipboard, Menu, net, powerMonitor, shell } from 'electron';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BugReport } from './bug-report.ts';
import type { EventMessage, Notice } from './contract/channels.ts';
import { unixMs } from './contract/market.ts';
import { providerIds, type ProviderId } from './contract/source.ts';
import { Credentials, openKeychain } from './credentials.ts';
import { copyDiagnostics } from './diagnostics/copy-diagnostics.ts';
import { runningVersions } from './diagnostics/versions.ts';
import { EngineKeeper } from './engine-keeper.ts';
import type { EngineLink } from './engine-link.ts';
import type { LogLevel } from './engine-messages.ts';
import { fileDialogs } from './file-dialogs.ts';
import { fileRequests } from './file-requests.ts';
import { createHandlers } from './handlers.ts';
import { publish, serve } from './ipc.ts';
import { links } from './links.ts';
import { errorText } from './log/error-text.ts';
import { Journal } from './log/journal.ts';
import { Log, type LogSource } from './log/log.ts';
import { LogFile } from './log/log-file.ts';
import { newestLines } from './log/newest-lines.ts';
import { Redactor } from './log/redactor.ts';
import { TriedSecrets } from './log/tried-secrets.ts';
import { appOrigin, lockSession, registerScheme, servePage } from './page.ts';
import { keepPicture } from './picture.ts';
import { watchWaking } from './waking.ts';
import { createWindow, denyWandering } from './window.ts';

const unlockMs = 60_000;
const diagnosticsMs = 5_000;
/** A disk that hangs does not keep the app from quitting. */
const lastLineMs = 1_000;

const here = fileURLToPath(new URL('.', import.meta.url));
const developmentOrigin = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const origin = developmentOrigin ?? appOrigin;
const profile = app.getPath('userData');
const now = () => unixMs(Date.now());
const startedAt = now();

const credentials = new Credentials(openKeychain, unlockMs, (provider) => handOver(provider));
const tried = new TriedSecrets();
const redactor = new Redactor(() => [
  ...providerIds.flatMap((provider) => Object.values(credentials.secret(provider) ?? {})),
  ...tried.values,
]);
const logFile = new LogFile(join(profile, 'logs'));
const log = new Log(redactor, now, (line) => logFile.write(line));
const journal = new Journal(log);
const bugs = new BugReport((line) => complain('main', line));
let credentialsRead = false;
let window: BrowserWindow | null = null;
let engine: EngineKeeper | null = null;

/** For the log and the console. */
function complain(source: LogSource, text: string): void {
  console.error(log.add('error', source, text));
}

function sendToWindow(batch: readonly EventMessage[]): void {
  bugs.look(batch);
  journal.look(batch);
  if (window && !window.isDestroyed()) publish(window.webContents, batch);
}

function startEngine(): EngineKeeper {
  const seed = process.env['HALCYON_SEED'];
  const simulated = app.commandLine.hasSwitch('simulated');
  return new EngineKeeper({
    script: new URL('./engine.js', import.meta.url),
    options: { profile, version: app.getVersion(), seed: seed ? Number(seed) : null, simulated },
    listener: { events: sendToWindow, log: (level: LogLevel, text: string) => void log.add(level, 'engine', text) },
    started(link, again) {
      if (credentialsRead) for (const provider of providerIds) handOver(provider, link);
      if (again) window?.webContents.reload();
    },
    died(reason, isOver) {
      complain('engine', `the data engine stopped: ${reason}`);
      if (!isOver) return;
      const text = 'The data engine keeps stopping, so nothing new arrives. Quit Halcyon and start it again.';
      const notice: Notice = { id: 'engine', level: 'error', text, at: now(), resolved: false };
      sendToWindow([['notice/changed', notice]]);
    },
    now,
  });
}

function handOver(provider: ProviderId, link: EngineLink | undefined = engine?.link): void {
  const [secret, state] = [credentials.secret(provider), credentials.state(provider)];
  link?.post({ type: 'credential', provider, secret, state });
}

const handlers = createHandlers({
  engine: () => engine!.link,
  credentials,
  tried,
  handOver,
  bugs,
  files: fileRequests({
    dialogs: fileDialogs(() => window),
    job: (name, args) => engine!.link.job(name, args),
    restore: (file) => engine!.restore(file),
    database: join(profile, 'halcyon.db'),
    now,
  }),
  copyDiagnostics: () =>
    copyDiagnostics({
      engine: () => engine!.link.job('diagnostics/engine', null, diagnosticsMs),
      log: () => newestLines(log.lines, logFile, startedAt),
      versions: runningVersions(app.getVersion()),
      home: homedir(),
      startedAt,
      now,
      redactor,
      writeClipboard: async (text) => clipboard.writeText(text),
    }),
  openLink: (name) => shell.openExternal(links[name]),
});

function openWindow(): void {
  window = createWindow({
    preload: join(here, '../preload/preload.cjs'),
    url: `${origin}/index.html`,
    boundsFile: join(profile, 'window.json'),
  });
  // A page that loads anew does not listen until it says so.
  window.webContents.on('did-start-loading', () => engine?.link.post({ type: 'hold' }));
  window.webContents.on('render-process-gone', (_event, details) => {
    complain('page', `the page stopped: ${details.reason}`);
    engine?.link.post({ type: 'hold' });
    if (details.reason !== 'clean-exit') window?.webContents.reload();
  });
  window.on('unresponsive', () => log.add('warning', 'page', 'the page does not respond'));
  window.on('closed', () => {
    window = null;
    engine?.link.post({ type: 'hold' });
  });
  const picture = process.env['HALCYON_PICTURE'];
  if (picture) keepPicture(window, picture);
}

async function loadCredentials(): Promise<void> {
  await Promise.all(providerIds.map((provider) => credentials.load(provider).then(() => handOver(provider))));
  credentialsRead = true;
}

let quitting = false;
function quitInOrder(event: Electron.Event): void {
  if (quitting || !engine) return;
  event.preventDefault();
  quitting = true;
  const written = (): Promise<unknown> => {
    log.add('info', 'main', 'quit in order');
    return Promise.race([logFile.flushed(), new Promise((resolve) => setTimeout(resolve, lastLineMs))]);
  };
  void engine
    .stop()
    .then(written)
    .finally(() => app.exit(0));
}

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  registerScheme();
  denyWandering();
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  const versions = Object.entries(runningVersions(app.getVersion()));
  log.add('info', 'main', `start: ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}`);
  process.on('uncaughtExceptionMonitor', (thrown) => {
    log.add('error', 'main', errorText(thrown));
    logFile.flushNow();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', quitInOrder);
  engine = startEngine();
  // Not `await`: a top-level await of whenReady never ends in an ES module main.
  void app.whenReady().then(() => {
    Menu.setApplicationMenu(null);
    lockSession(origin);
    if (!developmentOrigin) servePage(join(here, '../renderer'));
    serve(handlers, origin, () => engine?.link.post({ type: 'taken' }));
    openWindow();
    void loadCredentials();
    watchWaking({
      power: powerMonitor,
      isOnline: () => net.isOnline(),
      now,
      woke: (why) => {
        log.add('info', 'main', `woke: ${why}`);
        engine?.link.post({ type: 'woke', why });
      },
    });
  });
}
