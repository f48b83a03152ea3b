import type { BrowserWindow } from 'electron';
import { app, Menu, shell } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BugReport } from './bug-report.ts';
import type { EventMessage, LinkName, Requests } from './contract/channels.ts';
import { toFailure, type Result } from './contract/failure.ts';
import { unixMs } from './contract/market.ts';
import { providerIds, type ProviderId } from './contract/source.ts';
import { Credentials, openKeychain } from './credentials.ts';
import { EngineLink } from './engine-link.ts';
import type { EngineRequestName } from './engine-messages.ts';
import { publish, serve, type Handlers } from './ipc.ts';
import { appOrigin, lockSession, registerScheme, servePage } from './page.ts';
import { keepPicture } from './picture.ts';
import { createWindow, denyWandering } from './window.ts';

const links: Readonly<Record<LinkName, string>> = {
  tradingview: 'https://www.tradingview.com/',
  kingfisher: 'https://thekingfisher.io/',
  'kingfisher-legacy': 'https://thekingfisher.io/',
  kaiko: 'https://www.kaiko.com/',
  kiyotaka: 'https://kiyotaka.ai/',
  binance: 'https://www.binance.com/en/futures',
  bybit: 'https://www.bybit.com/',
  okx: 'https://www.okx.com/',
  hyperliquid: 'https://hyperliquid.xyz/',
  deribit: 'https://www.deribit.com/',
};

/** Restarts of a dead engine within this span count together; more than `restartsAllowed` and it stays down. */
const restartSpanMs = 60_000;
const restartsAllowed = 3;
const stopGraceMs = 5_000;
const unlockMs = 60_000;

const here = fileURLToPath(new URL('.', import.meta.url));
const simulated = app.commandLine.hasSwitch('simulated');
const developmentOrigin = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
const origin = developmentOrigin ?? appOrigin;
const credentials = new Credentials(openKeychain, unlockMs, (provider) => {
  if (engine) handOver(engine, provider);
});
const bugs = new BugReport((line) => console.error(line));
let credentialsRead = false;
let window: BrowserWindow | null = null;
let engine: EngineLink | null = null;
let restarts: number[] = [];

function sendToWindow(batch: readonly EventMessage[]): void {
  bugs.look(batch);
  if (window && !window.isDestroyed()) publish(window.webContents, batch);
}

function startEngine(): EngineLink {
  const seed = process.env['HALCYON_SEED'];
  const link = new EngineLink(
    new URL('./engine.js', import.meta.url),
    { profile: app.getPath('userData'), version: app.getVersion(), seed: seed ? Number(seed) : null, simulated },
    { events: sendToWindow, died: onEngineDied },
  );
  if (credentialsRead) for (const provider of providerIds) handOver(link, provider);
  return link;
}

/** A dead engine is started again and the page with it, so that nothing on screen is from before without saying so. */
function onEngineDied(reason: string): void {
  console.error(`the data engine stopped: ${reason}`);
  const now = Date.now();
  restarts = [...restarts.filter((at) => now - at < restartSpanMs), now];
  if (restarts.length > restartsAllowed) {
    const text = 'The data engine keeps stopping, so nothing new arrives. Quit Halcyon and start it again.';
    sendToWindow([['notice/changed', { id: 'engine', level: 'error', text, at: unixMs(now), resolved: false }]]);
    return;
  }
  engine = startEngine();
  window?.webContents.reload();
}

function handOver(link: EngineLink, provider: ProviderId): void {
  link.post({
    type: 'credential',
    provider,
    secret: credentials.secret(provider),
    state: credentials.state(provider),
  });
}

/** A request that main answers itself, and that changes what the engine may use. */
async function withCredential<T>(provider: ProviderId, change: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await change() };
  } catch (thrown) {
    return bugs.check({ ok: false, failure: toFailure(thrown) });
  } finally {
    if (engine) handOver(engine, provider);
  }
}

const toEngine =
  <Name extends EngineRequestName>(name: Name) =>
  async (args: Requests[Name]['args']): Promise<Result<Requests[Name]['value']>> =>
    bugs.check(await engine!.request(name, args));

/** A keychain that was locked, or not running, may be there now; what it answers is handed on whenever it does. */
async function readAgain(provider: ProviderId): Promise<void> {
  const { kept, keychainProblem } = credentials.state(provider);
  if (kept !== 'none' || keychainProblem === null) return;
  await credentials.load(provider);
  if (engine) handOver(engine, provider);
}

const handlers: Handlers = {
  'app/start': toEngine('app/start'),
  'settings/change': toEngine('settings/change'),
  'market/choose': toEngine('market/choose'),
  'workspace/want': toEngine('workspace/want'),
  'candles/read': toEngine('candles/read'),
  'snapshot/latest': toEngine('snapshot/latest'),
  'snapshot/refresh': toEngine('snapshot/refresh'),
  'snapshot/at': toEngine('snapshot/at'),
  'volumes/read': toEngine('volumes/read'),
  'liquidations/read': toEngine('liquidations/read'),
  'history/plan': toEngine('history/plan'),
  'history/start': toEngine('history/start'),
  'history/stop': toEngine('history/stop'),
  'history/forget': toEngine('history/forget'),
  'provider/configure': toEngine('provider/configure'),
  'provider/test': toEngine('provider/test'),
  'provider/retry': (args) => {
    void readAgain(args.provider);
    return toEngine('provider/retry')(args);
  },
  'credential/keep': ({ provider, secret, sessionOnly }) =>
    withCredential(provider, () => credentials.keep(provider, secret, sessionOnly)),
  'credential/remove': ({ provider }) => withCredential(provider, () => credentials.remove(provider)),
  'app/open-link': async (name) => {
    await shell.openExternal(links[name]);
    return { ok: true, value: null };
  },
};

function openWindow(): void {
  window = createWindow({
    preload: join(here, '../preload/preload.cjs'),
    url: `${origin}/index.html`,
    boundsFile: join(app.getPath('userData'), 'window.json'),
  });
  // A page that loads anew does not listen until it says so.
  window.webContents.on('did-start-loading', () => engine?.post({ type: 'hold' }));
  window.webContents.on('render-process-gone', (_event, details) => {
    console.error(`the page stopped: ${details.reason}`);
    engine?.post({ type: 'hold' });
    if (details.reason !== 'clean-exit') window?.webContents.reload();
  });
  window.on('closed', () => {
    window = null;
    engine?.post({ type: 'hold' });
  });
  const picture = process.env['HALCYON_PICTURE'];
  if (picture) keepPicture(window, picture);
}

async function loadCredentials(): Promise<void> {
  await Promise.all(
    providerIds.map(async (provider) => {
      await credentials.load(provider);
      if (engine) handOver(engine, provider);
    }),
  );
  credentialsRead = true;
}

let quitting = false;
function quitInOrder(event: Electron.Event): void {
  if (quitting || !engine) return;
  event.preventDefault();
  quitting = true;
  void engine.stop(stopGraceMs).finally(() => app.exit(0));
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
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', quitInOrder);
  engine = startEngine();
  // Not `await`: a top-level await of whenReady never ends in an ES module main.
  void app.whenReady().then(() => {
    Menu.setApplicationMenu(null);
    lockSession(origin);
    if (!developmentOrigin) servePage(join(here, '../renderer'));
    serve(handlers, origin, () => engine?.post({ type: 'taken' }));
    openWindow();
    void loadCredentials();
  });
}
