import { appendFileSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const logFileName = 'halcyon.log';

/** What is used of the disk; tests put a broken one here. */
export interface LogDisk {
  readonly appendFile: (file: string, text: string, options: { mode: number }) => Promise<unknown>;
  readonly appendFileSync: (file: string, text: string, options: { mode: number }) => void;
  readonly mkdir: (folder: string, options: { recursive: true; mode: number }) => Promise<unknown>;
  readonly rename: (from: string, to: string) => Promise<unknown>;
  readonly rm: (file: string, options: { force: true }) => Promise<unknown>;
  readonly stat: (file: string) => Promise<{ readonly size: number }>;
  readonly readFile: (file: string, encoding: 'utf8') => Promise<string>;
}

export interface LogFileOptions {
  readonly maxBytes?: number;
  /** The newest, `halcyon.log`, and those before it, `halcyon.1.log` … */
  readonly files?: number;
  /** Lines that wait while the disk takes none; past these the oldest are given up, and their number is told. */
  readonly mostWaiting?: number;
  readonly disk?: LogDisk;
}

const disk: LogDisk = { appendFile, appendFileSync, mkdir, rename, rm, stat, readFile };
const owner = { mode: 0o600 };
/** Of `2026-02-01T12:00:00.000Z`, with which each line begins. */
const timeLength = 24;

/**
 * Lines at the end of a file that is changed for a new one by its size. Nothing here throws or rejects: what the disk does
 * not take waits for the next line, within bounds.
 */
export class LogFile {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #files: number;
  readonly #mostWaiting: number;
  readonly #disk: LogDisk;
  #waiting: string[] = [];
  #dropped = 0;
  /** The last batch may have been written in part. */
  #isTorn = false;
  /** Of the newest file; null: not known yet, or no longer. */
  #bytes: number | null = null;
  #writing: Promise<void> | null = null;

  constructor(folder: string, options: LogFileOptions = {}) {
    this.#folder = folder;
    this.#maxBytes = options.maxBytes ?? 1_048_576;
    this.#files = options.files ?? 5;
    this.#mostWaiting = options.mostWaiting ?? 1_000;
    this.#disk = options.disk ?? disk;
  }

  write(line: string): void {
    this.#waiting.push(line);
    this.#bound();
    this.#writing ??= this.#drain();
  }

  /** Resolves when everything is written, or the disk has refused it. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  /** For a process that is about to end: what waits is written before this returns. */
  flushNow(): void {
    if (this.#waiting.length === 0) return;
    const batch = this.#take();
    try {
      this.#disk.appendFileSync(this.#path(0), batch, owner);
    } catch {
      // There is nobody left to tell.
    }
  }

  /** The last lines that are on the disk, oldest first. */
  async tail(lines: number): Promise<string[]> {
    const read = (at: number): Promise<string> => this.#disk.readFile(this.#path(at), 'utf8').catch(() => '');
    const newest = (await read(0)).split('\n').filter(Boolean);
    const before = newest.length < lines ? (await read(1)).split('\n').filter(Boolean) : [];
    return [...before, ...newest].slice(-lines);
  }

  async #drain(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const dropped = this.#dropped;
      const taken = this.#waiting;
      const batch = this.#take();
      try {
        await this.#append(batch);
      } catch {
        this.#waiting = [...taken, ...this.#waiting];
        this.#dropped += dropped;
        this.#bytes = null;
        this.#isTorn = true;
        this.#bound();
        break;
      }
    }
    // In the same step as the look above: a line that comes next starts anew.
    this.#writing = null;
  }

  #take(): string {
    const time = this.#waiting[0]?.slice(0, timeLength) ?? '';
    const lost =
      this.#dropped === 0 ? [] : [`${time} warning main ${this.#dropped} lines were lost: the disk took none`];
    const torn = this.#isTorn ? [''] : [];
    const batch = `${[...torn, ...lost, ...this.#waiting].join('\n')}\n`;
    this.#waiting = [];
    this.#dropped = 0;
    this.#isTorn = false;
    return batch;
  }

  #bound(): void {
    const excess = this.#waiting.length - this.#mostWaiting;
    if (excess <= 0) return;
    this.#waiting.splice(0, excess);
    this.#dropped += excess;
  }

  async #append(batch: string): Promise<void> {
    const bytes = Buffer.byteLength(batch);
    if (this.#bytes === null) {
      await this.#disk.mkdir(this.#folder, { recursive: true, mode: 0o700 });
      this.#bytes = await this.#disk.stat(this.#path(0)).then(
        ({ size }) => size,
        () => 0,
      );
    }
    if (this.#bytes > 0 && this.#bytes + bytes > this.#maxBytes) await this.#rotate();
    await this.#disk.appendFile(this.#path(0), batch, owner);
    this.#bytes += bytes;
  }

  async #rotate(): Promise<void> {
    await this.#disk.rm(this.#path(this.#files - 1), { force: true });
    for (let at = this.#files - 2; at >= 0; at--) {
      await this.#disk.rename(this.#path(at), this.#path(at + 1)).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code !== 'ENOENT') throw thrown;
      });
    }
    this.#bytes = 0;
  }

  #path(at: number): string {
    return join(this.#folder, at === 0 ? logFileName : logFileName.replace('.log', `.${at}.log`));
  }
}
