import type { Connections, RequestLine, RequestQuestion, Written } from '../../src-main/contract/diagnostics.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';
import type { Client } from '../bridge.ts';

/** Lines read at once. */
export const pageLines = 100;
/** Lines held at most; the oldest are let go and can be read again. */
export const mostLines = 2_000;
/** What changed is read at most once in this time, milliseconds. */
const quietMs = 1_000;
/** Streams count on without any request: their counts are read as often as this, milliseconds. */
const countsMs = 5_000;

export type Counts = Omit<Connections, 'requests'>;

/** What went over the wire, as the request log and the streams tell it. Read only while it is followed. */
export class ConnectionLog {
  readonly #client: Client;
  /** Whether the Connections dialog is open. */
  isOpen = $state(false);
  #lines: readonly RequestLine[] = $state.raw([]);
  #counts: Counts | null = $state.raw(null);
  #provider: ProviderId | null = $state(null);
  #isRead = $state(false);
  #hasOlder = $state(false);
  #isReadingOlder = $state(false);
  #failure: Failure | null = $state.raw(null);
  /** Counts the choices of a provider: an answer to a former one is dropped. */
  #turn = 0;
  #quiet: ReturnType<typeof setTimeout> | null = null;
  #isBehind = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The newest first. */
  get lines(): readonly RequestLine[] {
    return this.#lines;
  }

  /** Null until the first answer. */
  get counts(): Counts | null {
    return this.#counts;
  }

  /** Whose requests are listed; null: everyone's. */
  get provider(): ProviderId | null {
    return this.#provider;
  }

  /** Whether the newest lines of the chosen provider were read. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Whether more can be read; past `mostLines` it cannot. */
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  get isReadingOlder(): boolean {
    return this.#isReadingOlder;
  }

  /** Why the log could not be read the last time. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Reads, and keeps reading what is newer. Returns the ending. */
  follow(): () => void {
    this.#lines = [];
    this.#isRead = false;
    this.changed();
    const off = this.#client.on('requests/changed', () => this.changed());
    const timer = setInterval(() => this.changed(), countsMs);
    return () => {
      off();
      clearInterval(timer);
      if (this.#quiet !== null) clearTimeout(this.#quiet);
      this.#quiet = null;
      this.#isBehind = false;
      this.#turn += 1;
    };
  }

  choose(provider: ProviderId | null): void {
    if (provider === this.#provider) return;
    this.#provider = provider;
    this.#turn += 1;
    this.#lines = [];
    this.#isRead = false;
    this.#hasOlder = false;
    void this.#readNewest();
  }

  /** There is something newer: read at once, and again when the quiet time is over if more has come by then. */
  changed(): void {
    this.#isBehind = true;
    if (this.#quiet === null) this.#readAgain();
  }

  async older(): Promise<void> {
    const before = this.#lines.at(-1)?.id;
    if (before === undefined || this.#isReadingOlder) return;
    const turn = this.#turn;
    this.#isReadingOlder = true;
    try {
      const { requests } = await this.#client.request('connections/read', this.#question(before));
      if (turn !== this.#turn) return;
      this.#lines = joined(this.#lines, requests);
      this.#hasOlder = requests.length === pageLines && this.#lines.length < mostLines;
      this.#failure = null;
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = toFailure(thrown);
    } finally {
      this.#isReadingOlder = false;
    }
  }

  /** Throws FailureError. The value is what was put on the clipboard. */
  copyDiagnostics(): Promise<string> {
    return this.#client.request('diagnostics/copy', null);
  }

  /** Throws FailureError; null: the user chose no file. */
  exportRejected(): Promise<Written | null> {
    return this.#client.request('rejected/export', null);
  }

  #readAgain(): void {
    this.#isBehind = false;
    this.#quiet = setTimeout(() => {
      this.#quiet = null;
      if (this.#isBehind) this.#readAgain();
    }, quietMs);
    void this.#readNewest();
  }

  async #readNewest(): Promise<void> {
    const turn = this.#turn;
    try {
      const { requests, ...counts } = await this.#client.request('connections/read', this.#question(null));
      if (turn !== this.#turn) return;
      this.#failure = null;
      this.#counts = counts;
      this.#isRead = true;
      const isFull = requests.length === pageLines;
      if (isFull && !touches(requests, this.#lines)) {
        this.#lines = requests;
        this.#hasOlder = true;
        return;
      }
      this.#lines = joined(requests, this.#lines).slice(0, mostLines);
    } catch (thrown) {
      if (turn === this.#turn) this.#failure = toFailure(thrown);
    }
  }

  #question(before: number | null): RequestQuestion {
    return { provider: this.#provider, before, limit: pageLines };
  }
}

/** Whether a full newest page reaches down to what is known; otherwise there is a hole between the two. */
const touches = (newest: readonly RequestLine[], known: readonly RequestLine[]): boolean =>
  known[0] !== undefined && (newest.at(-1)?.id ?? Infinity) <= known[0].id;

/** Both, the newest first, each line once: what the first says of a line counts. */
function joined(first: readonly RequestLine[], second: readonly RequestLine[]): readonly RequestLine[] {
  const known = new Set(first.map(({ id }) => id));
  return [...first, ...second.filter(({ id }) => !known.has(id))].sort((a, b) => b.id - a.id);
}
