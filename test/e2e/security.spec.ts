import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Bridge } from '../../src-main/contract/channels.ts';
import { expect, test } from './app.ts';
import { TerminalWindow } from './pages/terminal.ts';

declare const window: { readonly halcyon: Bridge };

test('main answers only requests it knows, with arguments it allows, from its own page', async ({ launch }) => {
  const { app, page } = await launch();
  await new TerminalWindow(page).expectDrawn();

  await test.step('names that are not in the contract never leave the page', async () => {
    for (const name of ['shell/run', '__proto__', 'constructor', '']) {
      const thrown = await page.evaluate(
        (name) =>
          Promise.resolve()
            .then(() => window.halcyon.request(name as never, null as never))
            .then(
              () => 'answered',
              (error: Error) => error.message,
            ),
        name,
      );
      expect(thrown).toContain('no request is named');
    }
    const event = await page.evaluate(() => {
      try {
        window.halcyon.on('everything' as never, () => undefined);
        return 'subscribed';
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(event).toContain('no event is named');
  });

  await test.step('arguments outside the contract are refused, without repeating what may be a key', async () => {
    const secret = 'kf_never_repeat_this';
    const wrong: readonly (readonly [string, unknown])[] = [
      ['app/start', {}],
      ['market/choose', 'both'],
      ['settings/change', { market: 'live' }],
      ['settings/change', { intensity: { low: 0.9, high: 0.1 } }],
      ['settings/change', { focus: { asset: '../../etc', timeframe: '1m' } }],
      [
        'workspace/want',
        {
          assets: ['BTC'],
          visible: ['BTC'],
          focus: { asset: 'BTC', timeframe: '2m' },
          snapshots: [],
          volumes: [],
          liquidations: false,
        },
      ],
      ['candles/read', { asset: 'BTC', timeframe: '1m', before: null, limit: 1e9 }],
      ['candles/read', { asset: "BTC'; DROP TABLE candles;--", timeframe: '1m', before: null, limit: 10 }],
      ['snapshot/refresh', { provider: 'kingfisher', asset: 'BTC', kind: 'everything' }],
      ['provider/configure', { provider: 'nobody', settings: {} }],
      ['credential/keep', { provider: 'kingfisher', secret: { apiKey: [secret] }, sessionOnly: true }],
      ['credential/keep', { provider: 'kingfisher', secret: { apiKey: secret }, sessionOnly: 'yes' }],
      ['connections/read', { provider: null, before: null, limit: 1e9 }],
      ['diagnostics/copy', '/etc/passwd'],
      ['rejected/export', { file: '/etc/passwd' }],
      ['store/backup', '/etc/passwd'],
      ['store/restore', { file: '/etc/passwd' }],
      ['retention/apply', { maxAgeDays: -1, maxBytes: null, pinned: [] }],
      ['app/open-link', 'https://example.com/'],
    ];
    for (const [name, args] of wrong) {
      const answer = await page.evaluate(
        ([name, args]) => window.halcyon.request(name as never, args as never) as Promise<unknown>,
        [name, args] as const,
      );
      expect(answer, name).toMatchObject({ ok: false, failure: { kind: 'bad-request' } });
      expect(JSON.stringify(answer)).not.toContain(secret);
    }
  });

  await test.step('addresses that would send a key in the clear are refused', async () => {
    for (const customUrl of [
      'http://example.com/v1',
      'ftp://127.0.0.1/',
      'https://user:pass@example.com',
      'no address',
    ]) {
      const answer = await page.evaluate(
        (customUrl) =>
          window.halcyon.request('provider/configure', {
            provider: 'kingfisher',
            settings: { environment: 'custom', customUrl, customStreamUrl: '', options: {} },
          }),
        customUrl,
      );
      expect(answer, customUrl).toMatchObject({ ok: false, failure: { kind: 'bad-request' } });
    }
  });

  await test.step('another page, even with our preload, is not answered', async () => {
    const answer = await app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/preload.cjs`;
      const foreign = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await foreign.loadURL('data:text/html,<title>foreign</title>');
      const said: unknown = await foreign.webContents.executeJavaScript("window.halcyon.request('app/start', null)");
      foreign.destroy();
      return said;
    });
    const { ok, failure } = answer as Partial<Record<'ok' | 'failure', unknown>>;
    expect({ ok, failure }).toMatchObject({
      ok: false,
      failure: { kind: 'bad-request', message: 'This page may not ask Halcyon for anything.' },
    });
  });
});

test('a second start on the same profile gives way to the first and brings it forward', async ({ launch }) => {
  const { app, page, profile } = await launch();
  await new TerminalWindow(page).expectDrawn();
  await app.evaluate(({ app, BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows()[0]!;
    window.minimize();
    app.once('second-instance', () => Object.assign(globalThis, { seen: true }));
  });
  const { file, args } = await app.evaluate(() => ({ file: process.execPath, args: process.argv.slice(1) }));
  const rest = args.filter((arg) => !arg.startsWith('--inspect') && !arg.startsWith('--remote-debugging'));
  expect(rest).toContain(`--user-data-dir=${profile}`);
  const noSandbox = rest.includes('--no-sandbox') || process.getuid?.() !== 0 ? [] : ['--no-sandbox'];
  const second = spawn(file, [...noSandbox, ...rest], { stdio: 'ignore' });
  const [code] = (await once(second, 'exit')) as [number | null];
  expect(code).toBe(0);
  await expect.poll(() => app.evaluate(() => 'seen' in globalThis)).toBe(true);
  expect(
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized())),
  ).toEqual([false]);
  await new TerminalWindow(page).expectDrawn();
});
