import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { InlineConfig } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A folder for what a bench builds; it dies with `npm ci`. */
export const builtFolder = (name: string): string => join(root, 'node_modules', '.cache', 'halcyon', 'bench', name);

export const benchFile = (path: string): string => join(root, 'test', 'bench', path);

/** The same targets as the app's own build. */
const targets = { node: 'node20.18', page: 'chrome130' };

/** Bundles scripts for Electron's main process and its workers to `<name>.mjs`, or a preload to `<name>.cjs`. */
export async function bundleScripts(outDir: string, input: Record<string, string>, format: 'es' | 'cjs' = 'es') {
  await run({
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: targets.node,
      outDir,
      emptyOutDir: false,
      rolldownOptions: {
        input,
        external: ['electron'],
        output: { format, entryFileNames: format === 'es' ? '[name].mjs' : '[name].cjs' },
      },
    },
  });
}

/** Bundles a page and what it loads, minified as the app's is. */
export async function bundlePage(outDir: string, page: string) {
  await run({
    root: join(page, '..'),
    base: './',
    build: { target: targets.page, outDir, emptyOutDir: true, minify: true, rolldownOptions: { input: page } },
  });
}

const run = (config: InlineConfig) => build({ root, configFile: false, logLevel: 'warn', ...config });
