import type { EventMessage } from './contract/channels.ts';
import type { Failure, Result } from './contract/failure.ts';

/** Bugs that differ from each other; past these nothing new is to be learned from one run. */
const mostPrinted = 50;

/** Prints the detail of failures of kind `bug`, each once, because the window shows only their sentence. `print` masks. */
export class BugReport {
  readonly #print: (line: string) => void;
  readonly #printed = new Set<string>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** Hands the result on. */
  check<T>(result: Result<T>): Result<T> {
    if (!result.ok) this.#note(result.failure);
    return result;
  }

  look(batch: readonly EventMessage[]): void {
    for (const [name, event] of batch) {
      if (name === 'snapshot/trouble' || name === 'provider/changed') this.#note(event.failure);
    }
  }

  #note(failure: Failure | null): void {
    if (failure?.kind !== 'bug') return;
    const line = `${failure.message} ${failure.detail}`.trim();
    if (this.#printed.has(line) || this.#printed.size >= mostPrinted) return;
    this.#printed.add(line);
    this.#print(line);
  }
}
