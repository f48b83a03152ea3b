import type { UnixMs } from '../../contract/market.ts';
import type { RejectedPayload } from '../provider.ts';

const perMinute = 20;

/**
 * Keeps a flood of malformed pushes from flooding the store: so many a minute are recorded, the rest are counted, and the
 * next recorded one says how many there were.
 */
export class RejectionGate {
  readonly #record: (rejected: RejectedPayload) => void;
  #windowFrom: UnixMs | null = null;
  #recorded = 0;
  #dropped = 0;

  constructor(record: (rejected: RejectedPayload) => void) {
    this.#record = record;
  }

  /** Rejected since the last one recorded, and not recorded themselves. */
  get unrecorded(): number {
    return this.#dropped;
  }

  take(rejected: RejectedPayload): void {
    if (this.#windowFrom === null || rejected.at - this.#windowFrom >= 60_000 || rejected.at < this.#windowFrom) {
      this.#windowFrom = rejected.at;
      this.#recorded = 0;
    }
    if (this.#recorded >= perMinute) {
      this.#dropped += 1;
      return;
    }
    this.#recorded += 1;
    const message =
      this.#dropped === 0 ? rejected.message : `${rejected.message} ${this.#dropped} more like it were not kept.`;
    this.#dropped = 0;
    this.#record({ ...rejected, message });
  }
}
