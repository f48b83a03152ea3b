import type { FailureError } from '../../contract/failure.ts';

interface Run<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * One run of a task for all who ask while it is under way. Who gives up leaves the others their run; when the last one
 * has left it is aborted.
 */
export class SharedTask<T> {
  readonly #task: (signal: AbortSignal) => Promise<T>;
  readonly #cancelled: () => FailureError;
  #current: Run<T> | null = null;

  constructor(task: (signal: AbortSignal) => Promise<T>, cancelled: () => FailureError) {
    this.#task = task;
    this.#cancelled = cancelled;
  }

  async join(signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw this.#cancelled();
    const run = (this.#current ??= this.#start());
    run.waiting += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(this.#cancelled());
    });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([run.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      run.waiting -= 1;
      if (run.waiting === 0) this.#end(run);
    }
  }

  #start(): Run<T> {
    const abort = new AbortController();
    const result = this.#task(abort.signal);
    const run = { result, abort, waiting: 0 };
    const end = (): void => this.#end(run);
    result.then(end, end);
    return run;
  }

  /** Over, or nobody waits any more: who asks next starts anew. */
  #end(run: Run<T>): void {
    if (this.#current === run) this.#current = null;
    run.abort.abort();
  }
}
