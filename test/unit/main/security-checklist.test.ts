import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { linkNames } from '../../../src-main/contract/channels.ts';
import { links } from '../../../src-main/links.ts';
import { providers } from '../../../src-main/providers/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

const sources = ['src-main', 'src-renderer'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|svelte|html|css)$/.test(path))
    .map((path) => join(root, folder, path))
    .map((path) => ({
      path: relative(root, path).split(sep).join('/'),
      text: withoutComments(readFileSync(path, 'utf8')),
    })),
);
const whereIs = (pattern: RegExp): string[] => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('in all sources', () => {
  it.each([
    ['a window is made in one place', /new (BrowserWindow|BrowserView|WebContentsView)\b/, ['src-main/window.ts']],
    ['requests come in in one place', /\bipcMain\b/, ['src-main/ipc.ts']],
    ['the page is given one thing, in one place', /exposeInMainWorld/, ['src-main/preload.ts']],
    ['the preload alone speaks to main', /\bipcRenderer\b/, ['src-main/preload.ts']],
    ['one place opens the browser', /openExternal\(/, ['src-main/index.ts']],
    ['no experimental feature', /experimentalFeatures|experimentalCanvasFeatures/, []],
    ['no Blink feature by name', /enableBlinkFeatures|disableBlinkFeatures/, []],
    ['no command line switch that weakens Chromium', /appendSwitch|appendArgument/, []],
    ['no <webview>', /<webview|allowpopups/i, []],
    ['no page of the file system', /loadFile\(|file:\/\//, []],
    ['no remote module', /@electron\/remote|enableRemoteModule/, []],
    ['no certificate is waved through', /certificate-error|setCertificateVerifyProc|rejectUnauthorized/, []],
    ['no policy is bypassed', /bypassCSP|unsafe-eval|corsEnabled/, []],
    [
      'no text becomes code',
      /\beval\(|new Function\(|executeJavaScript|insertAdjacentHTML|\.innerHTML\s*=|\{@html/,
      [],
    ],
    ['nothing starts a program', /node:child_process/, []],
    ['no crash report is made', /crashReporter/, []],
  ])('%s', (_, pattern, places) => {
    expect(whereIs(pattern)).toEqual(places);
  });

  it('has what to look at', () => {
    expect(sources.length).toBeGreaterThan(150);
    expect(whereIs(/contextIsolation: true/)).toEqual(['src-main/window.ts']);
    expect(whereIs(/sandbox: true/)).toEqual(['src-main/window.ts']);
  });
});

describe('the preload', () => {
  const preload = sources.find(({ path }) => path === 'src-main/preload.ts')!.text;

  it('exposes two functions and no part of Electron', () => {
    expect(preload).toMatch(/exposeInMainWorld\('halcyon', bridge\)/);
    const bridge = preload.slice(preload.indexOf('const bridge'), preload.indexOf('contextBridge.exposeInMainWorld'));
    expect([...bridge.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)).toEqual(['request', 'on']);
  });

  it('hands no event object to the page, whose sender leads back to Electron', () => {
    expect(preload).toMatch(/ipcRenderer\.on\('events', \(_event, batch/);
    expect(preload).not.toMatch(/callback\(_?event, /);
  });
});

describe('the links', () => {
  it('are one https address a name, without users, queries and fragments', () => {
    expect(Object.keys(links).sort()).toEqual([...linkNames].sort());
    for (const link of Object.values(links)) {
      const url = new URL(link);
      expect([url.protocol, url.username, url.password, url.search, url.hash]).toEqual(['https:', '', '', '', '']);
    }
  });
});

describe('the providers’ own addresses', () => {
  it('are https and wss, every one of them', () => {
    const addresses = Object.values(providers)
      .flatMap(({ info }) => info.environments)
      .flatMap(({ restUrl, streamUrl }) => [restUrl, streamUrl])
      .filter((address) => address !== '');
    expect(addresses.length).toBeGreaterThan(10);
    expect(addresses.filter((address) => !/^(https|wss):\/\//.test(address))).toEqual([]);
  });
});

describe('Electron', () => {
  const { devDependencies } = createRequire(import.meta.url)(join(root, 'package.json')) as {
    devDependencies: Record<string, string>;
  };

  it('is one exact version, of the newest major that there was when it was chosen', () => {
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
    expect(Number.parseInt(devDependencies['electron'] ?? '', 10)).toBeGreaterThanOrEqual(45);
  });

  it('is packaged with every fuse that opens a door switched off', async () => {
    const config = readFileSync(join(root, 'scripts/dist/config.mjs'), 'utf8');
    const fuses = /electronFuses: \{([\s\S]*?)\}/.exec(config)?.[1] ?? '';
    const values = Object.fromEntries(
      [...fuses.matchAll(/(\w+): (true|false)/g)].map(([, name, value]) => [name, value]),
    );
    expect(values).toMatchObject({
      runAsNode: 'false',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableCookieEncryption: 'true',
      onlyLoadAppFromAsar: 'true',
      grantFileProtocolExtraPrivileges: 'false',
    });
  });
});
