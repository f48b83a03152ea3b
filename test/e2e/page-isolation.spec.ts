import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Bridge } from '../../src-main/contract/channels.ts';
import { expect, test } from './app.ts';
import { TerminalWindow } from './pages/terminal.ts';

declare const window: { readonly halcyon: Bridge } & Record<string, unknown>;

/** What Chromium says of each attempt below; nothing else may appear. */
const refusals = [
  /Content Security Policy/i,
  /Not allowed to load|ERR_BLOCKED_BY_CLIENT|ERR_BLOCKED_BY_CSP/,
  /Failed to fetch/,
];

test('the page is isolated, can load and connect to nothing, go nowhere and get no permission', async ({ launch }) => {
  const { app, page } = await launch({ expectedProblems: refusals });
  await new TerminalWindow(page).expectDrawn();
  const asked: string[] = [];
  const outside = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('outside');
  });
  outside.listen(0, '127.0.0.1');
  await once(outside, 'listening');
  const address = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;

  try {
    await test.step('the window is made with the sandbox, isolated, without Node', async () => {
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
        webviewTag: false,
      });
      const globals = await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
          (name) => name in window,
        ),
      );
      expect(globals).toEqual([]);
      expect(await page.evaluate(() => Object.keys(window.halcyon).sort())).toEqual(['on', 'request']);
    });

    await test.step('the policy comes with the document and allows nothing from outside, nothing inline', async () => {
      const policy = await app.evaluate(async ({ net }) => {
        const response = await net.fetch('app://halcyon/index.html');
        return response.headers.get('content-security-policy');
      });
      const directives = new Map(
        (policy ?? '').split(';').map((directive) => {
          const [name = '', ...sources] = directive.trim().split(/\s+/);
          return [name, sources.join(' ')] as const;
        }),
      );
      for (const name of ['default-src', 'base-uri', 'form-action', 'frame-ancestors']) {
        expect(directives.get(name), name).toBe("'none'");
      }
      for (const name of ['script-src', 'style-src', 'font-src']) expect(directives.get(name), name).toBe("'self'");
      expect(policy).not.toMatch(/unsafe|https?:|wss?:|blob:|\*/);
    });

    await test.step('eval and inline scripts do not run', async () => {
      // In a timer, because what a test evaluates itself is let through.
      const outcome = await page.evaluate(
        () =>
          new Promise<string>((resolve) =>
            setTimeout(() => {
              try {
                (0, eval)('window.__evaluated = true');
                resolve('evaluated');
              } catch (thrown) {
                resolve((thrown as Error).name);
              }
            }),
          ),
      );
      expect(outcome).toBe('EvalError');
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.__inline = true';
        document.body.append(script);
        const image = document.createElement('div');
        image.innerHTML = '<img src="data:," onerror="window.__handler = true">';
        document.body.append(image);
      });
      expect(
        await page.evaluate(() => ['__evaluated', '__inline', '__handler'].filter((name) => name in window)),
      ).toEqual([]);
    });

    await test.step('nothing outside is fetched, by any means', async () => {
      const outcomes = await page.evaluate(async (address) => {
        const loads = (element: HTMLImageElement | HTMLScriptElement | HTMLLinkElement | HTMLIFrameElement) =>
          new Promise<string>((resolve) => {
            element.onload = () => resolve(element instanceof HTMLIFrameElement ? 'frame' : 'loaded');
            element.onerror = () => resolve('refused');
            document.body.append(element);
          });
        const socket = new Promise<string>((resolve) => {
          try {
            const opened = new WebSocket(address.replace('http', 'ws'));
            opened.onopen = () => resolve('loaded');
            opened.onerror = () => resolve('refused');
          } catch {
            resolve('refused');
          }
        });
        return {
          fetch: await fetch(`${address}/fetch`, { mode: 'no-cors' }).then(
            () => 'loaded',
            () => 'refused',
          ),
          https: await fetch('https://127.0.0.1:1/', { mode: 'no-cors' }).then(
            () => 'loaded',
            () => 'refused',
          ),
          own: await fetch('app://halcyon/index.html').then(
            () => 'loaded',
            () => 'refused',
          ),
          image: await loads(Object.assign(new Image(), { src: `${address}/image` })),
          script: await loads(Object.assign(document.createElement('script'), { src: `${address}/script` })),
          style: await loads(
            Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${address}/style` }),
          ),
          socket: await socket,
          beacon: navigator.sendBeacon(`${address}/beacon`, 'x') ? 'queued' : 'refused',
        };
      }, address);
      expect({ ...outcomes, beacon: 'refused' }).toEqual({
        fetch: 'refused',
        https: 'refused',
        own: 'refused',
        image: 'refused',
        script: 'refused',
        style: 'refused',
        socket: 'refused',
        beacon: 'refused',
      });
      expect(asked).toEqual([]);
    });

    await test.step('no new window, no navigation', async () => {
      const url = page.url();
      expect(
        await page.evaluate(
          (address) => window['open'] && (window as unknown as Window).open(address) === null,
          address,
        ),
      ).toBe(true);
      await page.evaluate((address) => {
        const link = Object.assign(document.createElement('a'), { href: `${address}/link`, target: '_blank' });
        document.body.append(link);
        link.click();
        link.target = '';
        link.click();
        location.href = `${address}/location`;
        link.remove();
      }, address);
      await page.evaluate(() => (location.href = 'file:///etc/hostname')).catch(() => undefined);
      await new TerminalWindow(page).expectDrawn();
      expect(page.url()).toBe(url);
      expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
      expect(asked).toEqual([]);
    });

    await test.step('no permission', async () => {
      const answers = await page.evaluate(async () => ({
        notifications: await Notification.requestPermission(),
        geolocation: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('granted'),
            ({ code }) => resolve(code === 1 ? 'denied' : code),
          ),
        ),
        camera: await navigator.mediaDevices.getUserMedia({ video: true, audio: true }).then(
          () => 'granted',
          () => 'denied',
        ),
        clipboard: await navigator.clipboard.readText().then(
          () => 'granted',
          () => 'denied',
        ),
      }));
      expect(answers).toEqual({
        notifications: 'denied',
        geolocation: 'denied',
        camera: 'denied',
        clipboard: 'denied',
      });
    });
  } finally {
    outside.close();
  }
});
