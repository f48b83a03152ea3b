import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// `npx vite -c test/unit/renderer/preview/vite.config.ts` opens the renderer in a browser with a fake main process.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [svelte({ configFile: false })],
  server: { fs: { allow: [fileURLToPath(new URL('../../../..', import.meta.url))] } },
  build: {
    outDir: fileURLToPath(new URL('../../../../node_modules/.cache/preview', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
  },
});
