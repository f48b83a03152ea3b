import type { Events } from '../contract/channels.ts';
import { FailureError } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';

const noticeId = 'store-write';

/** One notice for as long as writing fails, however many writes fail; over with the first that succeeds. */
export class StoreGuard {
  readonly #publish: (name: 'notice/changed', notice: Events['notice/changed']) => void;
  readonly #now: () => UnixMs;
  #failing = false;

  constructor(publish: (name: 'notice/changed', notice: Events['notice/changed']) => void, now: () => UnixMs) {
    this.#publish = publish;
    this.#now = now;
  }

  /** The value of `write`; a failure is told to the user and thrown on. */
  run<T>(write: () => T): T {
    try {
      const value = write();
      if (this.#failing) this.#tell('Data is being kept again.', true);
      this.#failing = false;
      return value;
    } catch (thrown) {
      if (thrown instanceof FailureError && thrown.failure.kind === 'store') {
        this.#failing = true;
        this.#tell(thrown.failure.message, false);
      }
      throw thrown;
    }
  }

  /** The same where the caller has something better to do than to fail: false when it was not written. */
  attempt(write: () => unknown): boolean {
    try {
      this.run(write);
      return true;
    } catch (thrown) {
      if (thrown instanceof FailureError) return false;
      throw thrown;
    }
  }

  #tell(text: string, resolved: boolean): void {
    this.#publish('notice/changed', { id: noticeId, level: 'error', text, at: this.#now(), resolved });
  }
}
