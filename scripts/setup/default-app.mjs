// The app of a runtime that is started without one of its own: runs the directory given as first argument.
// `-r <module>` loads a CommonJS module first, as Electron's own default app does; test drivers rely on it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { app } from 'electron';

/**
 * What Electron's own default app calls and its published types leave out.
 * @typedef {{ setVersion?: (version: string) => void, setAppPath?: (path: string) => void }} Setters
 */

const require = createRequire(import.meta.url);
const args = process.argv.slice(1);

/** @returns {string | undefined} */
function takeTarget() {
  while (args.length > 0) {
    const arg = args.shift() ?? '';
    if (arg === '-r' || arg === '--require') require(resolve(args.shift() ?? ''));
    else if (!arg.startsWith('-')) return resolve(arg);
  }
  return undefined;
}

const target = takeTarget();
if (target === undefined) {
  process.stderr.write('Give the directory of an app as first argument.\n');
  app.exit(2);
} else {
  Object.assign(process, { defaultApp: true });
  let main = target;
  try {
    const description = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
    main = join(target, description.main ?? 'index.js');
    if (description.productName ?? description.name) app.name = description.productName ?? description.name;
    const setters = /** @type {Setters} */ (/** @type {unknown} */ (app));
    setters.setVersion?.(description.version ?? '0.0.0');
    setters.setAppPath?.(target);
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
  // Awaited at the top level: `ready` is not announced before the app had its chance to listen.
  await import(pathToFileURL(main).href);
}
