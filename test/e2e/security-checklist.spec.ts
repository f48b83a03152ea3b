import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expectKeyNowhere, heapOf, holds, recordTraffic, searchFiles } from './key-search.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { eliteKey, refusal, request, useAddresses } from './servers.ts';
import { expect, fixture, test } from './with-servers.ts';

const executable = fileURLToPath(new URL('../../dist/linux-unpacked/halcyon', import.meta.url));

test('the window has every protection on and no feature beyond the usual', async ({ launch }) => {
  const { app, page } = await launch();
  await new TerminalWindow(page).expectDrawn();
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents as Electron.WebContents & {
      getLastWebPreferences(): Electron.WebPreferences;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
  });
  // Electron leaves out what is off by itself.
  const { experimentalFeatures, nodeIntegrationInWorker, navigateOnDragDrop } = preferences;
  expect([experimentalFeatures, nodeIntegrationInWorker, navigateOnDragDrop].filter(Boolean)).toEqual([]);
  expect([preferences.enableBlinkFeatures, preferences.disableBlinkFeatures].filter(Boolean)).toEqual([]);
  expect(page.url()).toMatch(/^app:\/\/halcyon\//);

  await test.step('a <webview> is an element without meaning', async () => {
    await page.evaluate(() => {
      const view = document.createElement('webview');
      view.setAttribute('src', 'app://halcyon/index.html');
      view.setAttribute('allowpopups', '');
      document.body.append(view);
    });
    await new TerminalWindow(page).expectDrawn();
    expect(await app.evaluate(({ webContents }) => webContents.getAllWebContents().length)).toBe(1);
  });

  await test.step('every other window is held back, too', async () => {
    const outcome = await app.evaluate(async ({ app, BrowserWindow }) => {
      const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
      await other.loadURL('data:text/html,<title>other</title>');
      const opened: unknown = await other.webContents.executeJavaScript(
        "window.open('data:text/html,x') === null",
        true,
      );
      await other.webContents.executeJavaScript("location.href = 'https://127.0.0.1:1/'", true);
      const left = { opened, url: other.webContents.getURL(), windows: BrowserWindow.getAllWindows().length };
      other.destroy();
      return { ...left, isReady: app.isReady() };
    });
    expect(outcome).toEqual({ opened: true, url: 'data:text/html,<title>other</title>', windows: 2, isReady: true });
  });

  await test.step('the browser opens the product’s own links, and nothing that the page makes up', async () => {
    await app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = async (url) => void opened.push(url);
    });
    await request(page, 'app/open-link', 'tradingview');
    for (const name of ['https://127.0.0.1:1/', 'file:///etc/hostname', 'constructor', '__proto__', '']) {
      expect((await refusal(page, 'app/open-link', name as never)).kind).toBe('bad-request');
    }
    expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([
      'https://www.tradingview.com/',
    ]);
  });
});

test('a key that was typed is in no file, log, dump, console, message to the page or memory of the page', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve();
  const { kingfisher } = servers;
  kingfisher.override('liquidations/BTC', await fixture('kingfisher/liquidations-btc.json'));
  const running = await launch({
    env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/halcyon-has-no-bus' },
    expectedProblems: [/^main: the page stopped: /],
  });
  const { app, page, profile, output } = running;
  const terminal = new TerminalWindow(page);
  const card = terminal.settings.kingfisher;
  await terminal.expectDrawn();
  const traffic = await recordTraffic(app);
  await useAddresses(page, servers);

  await test.step('it is typed, tested, and kept for the session', async () => {
    await terminal.settings.open();
    await card.show();
    await card.key.focus();
    // As the system's keyboard does: an argument of a script would itself lie in the page's memory.
    await page.keyboard.insertText(eliteKey);
    await card.test.click();
    await expect(card.outcome).toContainText('levels came back');
    await card.save.click();
    await card.keepForSession.click();
    await expect(card.outcome).toContainText('Key kept for this session only.');
    await terminal.settings.close();
    await expect.poll(() => kingfisher.clients).toBe(1);
  });

  await test.step('the provider echoes it in every way it can', async () => {
    kingfisher.override('gex', ({ headers }) => ({ status: 500, body: { error: headers['authorization'] } }));
    kingfisher.override('liquidations', ({ headers }) => ({ body: { clusters: headers['authorization'] } }));
    for (const kind of ['gex', 'liquidation-map'] as const) {
      const failure = await refusal(page, 'snapshot/refresh', { provider: 'kingfisher', asset: 'ETH', kind });
      expect(holds(JSON.stringify(failure), eliteKey)).toBe(false);
    }
  });

  await test.step('what Copy diagnostics puts on the clipboard is without it, and is what the page is told', async () => {
    const text = await request(page, 'diagnostics/copy', null);
    expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe(text);
    expect(text).toMatch(/^# Halcyon diagnostics, [\s\S]*## Versions[\s\S]*electron \d+[\s\S]*## Log/);
    expect(holds(text, eliteKey)).toBe(false);
  });

  await test.step('it went to main when it was saved, and never came back', async () => {
    expect(holds(await traffic('main'), eliteKey)).toBe(true);
    const toPage = await traffic('page');
    expect(toPage.length).toBeGreaterThan(10_000);
    expect(holds(toPage, eliteKey)).toBe(false);
  });

  await test.step('the page’s memory is free of it once the form is closed', async () => {
    await expect.poll(async () => holds(await heapOf(page), eliteKey), { timeout: 20_000 }).toBe(false);
  });

  await expectKeyNowhere(running, [eliteKey]);

  await test.step('a crash of the page leaves no dump, and a line in the log', async () => {
    const dumps = await app.evaluate(({ app, BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer();
      return app.getPath('crashDumps');
    });
    const log = () => readFile(join(profile, 'logs', 'halcyon.log'), 'utf8');
    await expect.poll(log).toMatch(/^\d{4}-\S+Z error page the page stopped: /m);
    const files = await readdir(dumps, { recursive: true }).catch(() => []);
    expect(files.filter((file) => /\.dmp$/.test(file))).toEqual([]);
    expect((await searchFiles([profile], eliteKey)).found).toEqual([]);
    expect(output.filter((line) => holds(line, eliteKey))).toEqual([]);
  });
});

test('the packaged app has its fuses blown', async () => {
  test.skip(!existsSync(executable), 'npm test packages the app');
  const { FuseState, FuseV1Options, getCurrentFuseWire } = await import('@electron/fuses');
  const wire = await getCurrentFuseWire(executable);
  const on = (option: number): boolean => wire[option as keyof typeof wire] === FuseState.ENABLE;
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
    onlyFromArchive: on(FuseV1Options.OnlyLoadAppFromAsar),
    fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
  }).toEqual({
    runAsNode: false,
    nodeOptions: false,
    inspect: false,
    cookieEncryption: true,
    onlyFromArchive: true,
    fileProtocol: false,
  });
});
