import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { breaches, cycles, importsOf, reExports, valueImportsOf, type SourceFile } from './import-laws.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['src-main', 'src-renderer'].flatMap(readSources);

function readSources(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|svelte)$/.test(path))
    .map((path) => join(folder, path).split(sep).join('/'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, imports: importsOf(text, path), values: valueImportsOf(text, path) };
    });
}

describe('the walls between the rooms', () => {
  it('are there to be checked: every room has sources', () => {
    for (const room of ['contract', 'demo', 'net', 'providers', 'store', 'feeds']) {
      expect(sources.some(({ path }) => path.startsWith(`src-main/${room}/`))).toBe(true);
    }
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(50);
  });

  it('are not broken by any import', () => {
    expect(sources.flatMap(breaches)).toEqual([]);
  });

  it('enclose no cycle', () => {
    expect(cycles(sources)).toEqual([]);
  });

  it('have registries, not re-export layers', () => {
    const offenders = sources.filter(({ path }) => reExports(readFileSync(join(root, path), 'utf8')));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('let every relative import name an existing file', () => {
    const known = new Set(sources.map(({ path }) => path));
    const dangling = sources.flatMap(({ path, imports }) =>
      imports
        .filter((target) => /^src-(main|renderer)\/.*\.(ts|svelte)$/.test(target) && !known.has(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(dangling).toEqual([]);
  });
});

const file = (path: string, ...imports: string[]): SourceFile => ({ path, imports });

describe('the law', () => {
  it.each([
    ['contract imports only itself', 'src-main/contract/market.ts', 'src-main/net/http.ts'],
    ['contract imports no package', 'src-main/contract/market.ts', 'zod'],
    ['contract imports nothing of node', 'src-main/contract/market.ts', 'node:fs'],
    ['net does not know providers', 'src-main/net/http.ts', 'src-main/providers/kingfisher.ts'],
    ['a provider never imports another', 'src-main/providers/binance.ts', 'src-main/providers/kingfisher.ts'],
    [
      'a provider never imports a part of another',
      'src-main/providers/binance/a.ts',
      'src-main/providers/kingfisher/b.ts',
    ],
    ['a provider does not know the store', 'src-main/providers/kingfisher.ts', 'src-main/store/database.ts'],
    ['store does not know net', 'src-main/store/candles.ts', 'src-main/net/http.ts'],
    ['only store uses better-sqlite3', 'src-main/engine.ts', 'better-sqlite3'],
    ['only credentials.ts uses keytar', 'src-main/index.ts', 'keytar'],
    ['feeds know providers by their interface', 'src-main/feeds/quotes.ts', 'src-main/providers/kingfisher.ts'],
    ['demo knows nothing of providers', 'src-main/demo/worker.ts', 'src-main/providers/kingfisher.ts'],
    ['demo uses only node and ws', 'src-main/demo/worker.ts', 'undici'],
    ['the renderer never imports main', 'src-renderer/state/a.ts', 'src-main/store/database.ts'],
    ['the renderer never imports electron', 'src-renderer/bridge.ts', 'electron'],
    ['the renderer never imports node', 'src-renderer/bridge.ts', 'node:fs'],
    ['format imports only contract', 'src-renderer/format/price.ts', 'src-renderer/state/a.ts'],
    ['ui does not know state', 'src-renderer/ui/Table.svelte', 'src-renderer/state/a.svelte.ts'],
    ['only chart uses lightweight-charts', 'src-renderer/panels/Flow.svelte', 'lightweight-charts'],
    ['chart does not know state', 'src-renderer/chart/Chart.svelte', 'src-renderer/state/a.svelte.ts'],
    ['state does not know panels', 'src-renderer/state/a.svelte.ts', 'src-renderer/panels/Levels.svelte'],
    ['the engine is not on the window’s thread', 'src-main/engine.ts', 'electron'],
  ])('refuses: %s', (_law, from, to) => {
    expect(breaches(file(from, to))).toHaveLength(1);
  });

  it('finds a cycle and names its files', () => {
    const found = cycles([file('a.ts', 'b.ts'), file('b.ts', 'c.ts'), file('c.ts', 'b.ts'), file('d.ts', 'a.ts')]);
    expect(found).toEqual(['b.ts → c.ts → b.ts']);
  });

  it('finds no cycle where one arm is only a type', () => {
    const a = { path: 'a.ts', imports: ['b.ts'], values: ['b.ts'] };
    const b = { path: 'b.ts', imports: ['a.ts'], values: [] };
    expect(cycles([a, b])).toEqual([]);
    expect(valueImportsOf("import type { A } from './a.ts';\nimport { c } from './c.ts';", 'b.ts')).toEqual(['c.ts']);
  });

  it('reads static, dynamic, type-only and worker imports, in Svelte files too', () => {
    const text = `import type { A } from '../contract/a.ts';\nimport B from "keytar";\nconst c = await import('ws');\nexport { d } from './d.ts';`;
    expect(importsOf(text, 'src-main/store/x.ts')).toEqual([
      'src-main/contract/a.ts',
      'keytar',
      'ws',
      'src-main/store/d.ts',
    ]);
  });
});
