import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Serves the harness with the production's rule for styles, so that a violation shows while looking. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
  server: { fs: { allow: ['../../..'] } },
  build: {
    target: 'chrome130',
    outDir: '../../../node_modules/.cache/chart-harness',
    emptyOutDir: true,
    rolldownOptions: { input: ['harness.html', 'measure.html'].map((page) => join(import.meta.dirname, page)) },
  },
});
