import type { UnixMs } from '../contract/market.ts';
import type { LogLevel } from '../engine-messages.ts';
import { oneLine } from '../net/redact.ts';
import type { Redactor } from './redactor.ts';

export type LogSource = 'main' | 'page' | 'engine' | 'notice' | `provider:${string}`;

/** Longer than anything worth reading; what is cut off never had a half of a secret in sight. */
const longestRead = 65_536;
const longestText = 2_000;
const keptLines = 200;

/** Lines `2026-02-01T12:00:00.000Z level source text`, free of secrets, to wherever they are written. */
export class Log {
  readonly #redactor: Pick<Redactor, 'clean'>;
  readonly #now: () => UnixMs;
  readonly #write: (line: string) => void;
  readonly #lines: string[] = [];

  constructor(redactor: Pick<Redactor, 'clean'>, now: () => UnixMs, write: (line: string) => void) {
    this.#redactor = redactor;
    this.#now = now;
    this.#write = write;
  }

  /** The text as it was written. */
  add(level: LogLevel, source: LogSource, text: string): string {
    const clean = oneLine(this.#redactor.clean(oneLine(text, longestRead)), longestText);
    const line = `${new Date(this.#now()).toISOString()} ${level} ${source} ${clean}`;
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
    this.#write(line);
    return clean;
  }

  /** The newest lines of this run, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }
}
