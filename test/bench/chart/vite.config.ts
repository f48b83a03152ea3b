import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** The pages for looking and measuring; `preview` serves them under the product's rule for styles. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte()],
  preview: { headers: { 'content-security-policy': "default-src 'self'; style-src 'self'" } },
  build: {
    target: 'chrome130',
    outDir: '../../../node_modules/.cache/chart-harness',
    emptyOutDir: true,
    rolldownOptions: { input: ['harness.html', 'measure.html'].map((page) => join(import.meta.dirname, page)) },
  },
});
