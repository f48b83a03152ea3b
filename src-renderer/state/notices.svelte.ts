import { SvelteMap } from 'svelte/reactivity';
import type { Notice } from '../../src-main/contract/channels.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { UnixMs } from '../../src-main/contract/market.ts';

const weight = { error: 2, warning: 1, info: 0 } as const;

/** Standing lines for the user: main's own, and failures of requests that belong to no panel. */
export class Notices {
  readonly #byId = new SvelteMap<string, Notice>();
  readonly #now: () => UnixMs;
  readonly list: readonly Notice[] = $derived(
    [...this.#byId.values()].sort((a, b) => weight[b.level] - weight[a.level] || b.at - a.at),
  );

  constructor(start: readonly Notice[], now: () => UnixMs) {
    this.#now = now;
    for (const notice of start) this.accept(notice);
  }

  accept(notice: Notice): void {
    if (notice.resolved) this.#byId.delete(notice.id);
    else this.#byId.set(notice.id, notice);
  }

  dismiss(id: string): void {
    this.#byId.delete(id);
  }

  /** `id` groups: the next failure of the same thing replaces this one. */
  fail(id: string, thrown: unknown): void {
    const { message } = toFailure(thrown);
    this.accept({ id, level: 'error', text: message, at: this.#now(), resolved: false });
  }
}
