import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';

// The oldest runtime the code must run on (Electron 33); newer ones run the same output.
const oldestNode = 'node20.18';
const oldestChrome = 'chrome130';

// The only packages that are installed beside the app: both load a native binary. All else is bundled.
const native = ['better-sqlite3', 'keytar'];

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: oldestNode,
      sourcemap: 'hidden',
      externalizeDeps: { include: native },
      rolldownOptions: {
        // Optional speed-ups of `ws`; it falls back to its own code when they are not there.
        external: ['bufferutil', 'utf-8-validate'],
        input: {
          index: here('src-main/index.ts'),
          engine: here('src-main/engine.ts'),
          demo: here('src-main/demo/worker.ts'),
          'store-job': here('src-main/store/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: oldestNode,
      sourcemap: 'hidden',
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: here('src-main/preload.ts') },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: here('src-renderer'),
    plugins: [svelte()],
    build: {
      outDir: here('out/renderer'),
      target: oldestChrome,
      sourcemap: 'hidden',
      minify: true,
      // data: URLs and inline modules are refused by the content security policy.
      assetsInlineLimit: 0,
      rolldownOptions: { input: here('src-renderer/index.html') },
    },
  },
});
