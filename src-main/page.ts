import { protocol, session, type Session } from 'electron';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

export const appScheme = 'app';
export const appOrigin = 'app://halcyon';

/** Scheme and host: `URL.origin` is "null" for schemes that are not the web's own. */
export const originOf = (url: URL): string => `${url.protocol}//${url.host}`;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Nothing from outside, nothing inline, no connections: all data comes over IPC. */
const strictPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The development server needs inline styles and its own socket for hot reload, and nothing more. */
const developmentPolicy = (origin: string): string =>
  `${strictPolicy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")}; connect-src ${origin} ${origin.replace('http', 'ws')}`;

const hardening = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built renderer from `folder` as `app://halcyon/…`; a path that leaves the folder is not found. */
export function servePage(folder: string): void {
  protocol.handle(appScheme, async (request) => {
    const url = new URL(request.url);
    const file = normalize(join(folder, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname)));
    if (originOf(url) !== appOrigin || !file.startsWith(folder + sep)) return new Response(null, { status: 404 });
    try {
      const type = contentTypes[extname(file)] ?? 'application/octet-stream';
      const body = new Uint8Array(await readFile(file));
      return new Response(body, {
        headers: { 'Content-Type': type, 'Content-Security-Policy': strictPolicy, ...hardening },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

/** The page may load its own files and nothing else; every permission is denied. */
export function lockSession(origin: string, target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
  target.on('will-download', (event) => event.preventDefault());
  target.webRequest.onBeforeRequest((details, answer) => {
    const allowed = details.url.startsWith(`${origin}/`) || details.url.startsWith(`${origin.replace('http', 'ws')}/`);
    answer({ cancel: !allowed && !details.url.startsWith('devtools:') && !details.url.startsWith('data:') });
  });
  if (origin === appOrigin) return;
  target.webRequest.onHeadersReceived((details, answer) => {
    answer({
      responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [developmentPolicy(origin)] },
    });
  });
}
