import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appOrigin, lockSession, registerScheme, servePage } from '../../../src-main/page.ts';

type Answer = (request: Request) => Promise<Response>;
const seen = vi.hoisted(() => ({ schemes: [] as unknown[], answer: null as unknown }));
vi.mock('electron', () => ({
  protocol: {
    registerSchemesAsPrivileged: (schemes: unknown[]) => (seen.schemes = schemes),
    handle: (_scheme: string, answer: unknown) => (seen.answer = answer),
  },
  session: {},
}));

let folder: string;
beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), 'halcyon-page-'));
  folder = join(parent, 'renderer');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<p>ours</p>');
  writeFileSync(join(parent, 'secret.txt'), 'not ours');
  servePage(folder);
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const get = (url: string) => (seen.answer as Answer)(new Request(url));

describe('the page’s own protocol', () => {
  it('comes with the policy, word for word, and the other headers', async () => {
    const { status, headers } = await get(`${appOrigin}/index.html`);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toEqual({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/a/..%2f..%2fsecret.txt',
    '//etc/hostname',
    '/%00',
    '/index.html%00.js',
  ])('does not leave its folder by %s', async (path) => {
    expect((await get(`${appOrigin}${path}`)).status).toBe(404);
  });

  it('answers under no other host', async () => {
    expect((await get('app://elsewhere/index.html')).status).toBe(404);
  });

  it('is a standard, secure scheme that bypasses no policy', () => {
    registerScheme();
    expect(seen.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });
});

describe('the session', () => {
  const handlers = new Map<string, (...args: never[]) => unknown>();
  const note = (name: string) => (handler: (...args: never[]) => unknown) => void handlers.set(name, handler);
  const target = {
    setPermissionRequestHandler: note('request'),
    setPermissionCheckHandler: note('check'),
    setDevicePermissionHandler: note('device'),
    on: (name: string, handler: (...args: never[]) => unknown) => void handlers.set(name, handler),
    webRequest: { onBeforeRequest: note('before'), onHeadersReceived: note('headers') },
  };
  const call = (name: string, ...args: unknown[]) => (handlers.get(name) as (...args: unknown[]) => unknown)(...args);
  beforeEach(() => {
    handlers.clear();
    lockSession(appOrigin, target as unknown as Electron.Session);
  });

  it('grants no permission that Electron knows, on request or on look', () => {
    const permissions = [
      'clipboard-read',
      'geolocation',
      'media',
      'midiSysex',
      'notifications',
      'openExternal',
      'usb',
      'unknown',
    ];
    for (const permission of permissions) {
      const answers: boolean[] = [];
      call('request', null, permission, (granted: boolean) => answers.push(granted));
      expect([permission, answers, call('check', null, permission), call('device', { deviceType: 'usb' })]).toEqual([
        permission,
        [false],
        false,
        false,
      ]);
    }
  });

  it.each([
    ['http://127.0.0.1/', true],
    ['https://example.org/', true],
    ['ws://127.0.0.1/', true],
    ['wss://example.org/', true],
    ['file:///etc/hostname', true],
    ['ftp://example.org/', true],
    ['app://elsewhere/index.html', true],
    ['app://halcyon.evil.test/', true],
    [`${appOrigin}/index.html`, false],
  ])('%s: cancelled %j', (url, cancel) => {
    let answer: unknown;
    call('before', { url }, (said: unknown) => (answer = said));
    expect(answer).toEqual({ cancel });
  });

  it('lets nothing be downloaded', () => {
    let prevented = false;
    call('will-download', { preventDefault: () => (prevented = true) });
    expect(prevented).toBe(true);
  });
});
