import { dirname, join, normalize } from 'node:path/posix';

/** A source and what it imports: repository paths for its own files, names as written for packages. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly string[];
  /** Those of `imports` that exist at run time; absent: all. Types are erased, so they close no cycle. */
  readonly values?: readonly string[];
}

interface Law {
  readonly says: string;
  readonly from: RegExp;
  /** Nothing but these may be imported; absent: see `never`. */
  readonly only?: readonly RegExp[];
  readonly never?: RegExp;
  readonly except?: RegExp;
}

const contract = /^src-main\/contract\//;
const node = /^node:/;
const style = /\.css$|^@fontsource/;
/** Packages without knowledge of ours, which any part of the renderer may use. */
const svelte = /^svelte($|\/)/;

export const laws: readonly Law[] = [
  { says: 'contract imports only itself', from: contract, only: [contract] },
  {
    says: 'net imports contract',
    from: /^src-main\/net\//,
    only: [/^src-main\/net\//, contract, node, /^(undici|ws|zod)$/],
  },
  {
    says: 'a provider imports provider.ts, parse.ts, gamma, net and contract',
    from: /^src-main\/providers\/(?!index\.ts)/,
    only: [/^src-main\/providers\//, /^src-main\/net\//, contract, node, /^(ws|zod)$/],
  },
  {
    says: 'store imports contract',
    from: /^src-main\/store\//,
    only: [/^src-main\/store\//, contract, node, /^better-sqlite3$/],
  },
  {
    says: 'only store imports better-sqlite3',
    from: /^src-/,
    except: /^src-main\/store\//,
    never: /^better-sqlite3$/,
  },
  {
    says: 'only credentials.ts imports keytar',
    from: /^src-/,
    except: /^src-main\/credentials\.ts$/,
    never: /^keytar$/,
  },
  {
    says: 'feeds know providers by their interface',
    from: /^src-main\/feeds\//,
    only: [
      /^src-main\/(feeds|net|store)\//,
      /^src-main\/engine-messages\.ts$/,
      /^src-main\/providers\/provider\.ts$/,
      contract,
      node,
    ],
  },
  {
    says: 'demo imports contract, node and ws',
    from: /^src-main\/demo\//,
    only: [/^src-main\/demo\//, contract, node, /^ws$/],
  },
  {
    says: 'the data engine and all it uses run without electron',
    from: /^src-main\/(engine\.ts|feeds\/|net\/|providers\/|store\/|demo\/|contract\/)/,
    never: /^electron/,
  },
  {
    says: 'the renderer imports nothing of main but contract, and neither node nor electron',
    from: /^src-renderer\//,
    never: /^(src-main\/(?!contract\/)|node:|electron($|\/))/,
  },
  {
    says: 'only chart imports lightweight-charts',
    from: /^src-/,
    except: /^src-renderer\/chart\//,
    never: /^(lightweight-charts|fancy-canvas)/,
  },
  { says: 'format imports contract', from: /^src-renderer\/format\//, only: [/^src-renderer\/format\//, contract] },
  {
    says: 'ui imports contract types',
    from: /^src-renderer\/ui\//,
    only: [/^src-renderer\/ui\//, contract, svelte, style, /^@lucide/],
  },
  {
    says: 'chart imports contract, format and lightweight-charts',
    from: /^src-renderer\/chart\//,
    only: [/^src-renderer\/(chart|format)\//, contract, svelte, style, /^(lightweight-charts|fancy-canvas)/],
  },
  {
    says: 'state imports bridge and contract',
    from: /^src-renderer\/state\//,
    only: [/^src-renderer\/(state\/|bridge\.ts$)/, contract, svelte],
  },
  {
    says: 'panels import state, chart, ui and format',
    from: /^src-renderer\/panels\//,
    only: [/^src-renderer\/(panels|state|chart|ui|format)\//, contract, svelte, style, /^@lucide/],
  },
];

/** Each broken law as a line: law, file, import. */
export function breaches(source: SourceFile): string[] {
  const found = laws.flatMap((law) => {
    if (!law.from.test(source.path) || law.except?.test(source.path)) return [];
    return source.imports
      .filter((target) => law.never?.test(target) || (law.only && !law.only.some((allowed) => allowed.test(target))))
      .map((target) => ({ target, says: law.says }));
  });
  const foreign = source.imports
    .filter((target) => isForeignProvider(source.path, target))
    .map((target) => ({ target, says: 'a provider never imports another' }));
  // One line an import, however many laws it breaks.
  const byTarget = new Map([...found, ...foreign].map(({ target, says }) => [target, says]));
  return [...byTarget].map(([target, says]) => `${says}: ${source.path} imports ${target}`);
}

/** Folders beside the providers that any of them may use. */
const shared: readonly string[] = ['index', 'provider', 'parse', 'gamma'];

/** The provider a file belongs to: `kingfisher` for `providers/kingfisher.ts` and `providers/kingfisher/…`. */
function providerOf(path: string): string | null {
  const name = /^src-main\/providers\/([^/.]+)/.exec(path)?.[1] ?? null;
  return name === null || shared.includes(name) ? null : name;
}

function isForeignProvider(from: string, to: string): boolean {
  const [mine, theirs] = [providerOf(from), providerOf(to)];
  if (theirs === null) return false;
  const isProvider = from.startsWith('src-main/providers/') && !from.startsWith('src-main/providers/index.ts');
  return isProvider && mine !== theirs;
}

/** What a file imports, in the order written: `import`, `export … from` and `import()`. */
export function importsOf(text: string, path: string): string[] {
  const pattern =
    /(?:^|[\n;>])\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[\n;>])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  return [...withoutComments(text).matchAll(pattern)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name));
}

/** The same without `import type` and `export type`. */
export const valueImportsOf = (text: string, path: string): string[] =>
  importsOf(text.replace(/^\s*(import|export) type\b[^;]*;/gm, ''), path);

/** Does the file pass on what others export? */
export const reExports = (text: string): boolean =>
  /^export\s+(\*|type\s*\{|\{)[^;]*?\bfrom\s*['"]/m.test(withoutComments(text));

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** Every cycle once, as `a → b → a`. */
export function cycles(sources: readonly SourceFile[]): string[] {
  const importsByPath = new Map(sources.map(({ path, imports, values = imports }) => [path, values]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      found.push([...trail.slice(at), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of importsByPath.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return found;
}
