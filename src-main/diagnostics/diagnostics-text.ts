import type { UnixMs } from '../contract/market.ts';
import type { Redactor } from '../log/redactor.ts';

export interface DiagnosticFacts {
  readonly at: UnixMs;
  readonly startedAt: UnixMs;
  /** Written as `~`: it has the user’s name. */
  readonly home: string;
  /** By name: `app`, `electron`, `chrome`, `node`, `os`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The engine's part; or why there is none, in a sentence. */
  readonly engine: string;
  /** Oldest first. */
  readonly log: readonly string[];
}

const mostLogLines = 200;
const longestLine = 600;
const longestEngine = 120_000;
const longest = 300_000;

/** The text that Copy diagnostics puts on the clipboard: without secrets, each line and the whole of bounded length. */
export function diagnosticsText(facts: DiagnosticFacts, redactor: Pick<Redactor, 'clean'>): string {
  const versions = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`);
  const text = [
    `# Halcyon diagnostics, ${iso(facts.at)}`,
    '',
    '## Versions',
    ...versions,
    `started ${iso(facts.startedAt)}`,
    '',
    // Masked before it is cut, so that no half of a secret is left at an end.
    redactor.clean(facts.engine).slice(0, longestEngine),
    '',
    `## Log, the last ${mostLogLines} lines at most`,
    ...facts.log.slice(-mostLogLines),
  ];
  const masked = redactor.clean(text.join('\n'));
  // A home that is the root or unknown names nobody, and is in every path.
  const clean = facts.home.length > 1 ? masked.replaceAll(facts.home, '~') : masked;
  const lines = clean.split('\n').map(cut);
  return `${lines.join('\n').slice(0, longest)}\n`;
}

const iso = (at: UnixMs): string => new Date(at).toISOString();

const cut = (line: string): string => (line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line);
