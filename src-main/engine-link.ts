import { Worker } from 'node:worker_threads';
import type { EventMessage, Requests } from './contract/channels.ts';
import { failure, type Failure, type Result } from './contract/failure.ts';
import type {
  EngineJobName,
  EngineJobs,
  EngineOptions,
  EngineRequestName,
  FromEngine,
  LogLevel,
  ToEngine,
} from './engine-messages.ts';

export interface EngineListener {
  events(batch: readonly EventMessage[]): void;
  log(level: LogLevel, text: string): void;
  /** The engine ended without being asked to. */
  died(reason: string): void;
}

/** Short-lived objects are few here (columns, not rows): V8's own bound, several times this, would only hold memory. */
const youngMb = 16;

/** The main thread's end of the engine worker: forwards requests, hands on events, ends it in order. */
export class EngineLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (result: Result<never>) => void>();
  #nextId = 1;
  #gone: Failure | null = null;
  #stopping: Promise<void> | null = null;
  #stopped: () => void = () => undefined;

  constructor(script: URL, options: EngineOptions, listener: EngineListener) {
    this.#worker = new Worker(script, { workerData: options, resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
    let reason = '';
    this.#worker.on('message', (message: FromEngine) => {
      if (message.type === 'events') listener.events(message.batch);
      else if (message.type === 'log') listener.log(message.level, message.text);
      else if (message.type === 'stopped') this.#stopped();
      else {
        this.#waiting.get(message.id)?.(message.result as Result<never>);
        this.#waiting.delete(message.id);
      }
    });
    this.#worker.on('error', (error) => {
      reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    });
    this.#worker.on('exit', (code) => {
      this.#stopped();
      this.#gone = this.#stopping
        ? failure('cancelled', 'The data engine is being stopped.')
        : failure('bug', 'The data engine stopped.', { detail: reason });
      for (const answer of this.#waiting.values()) answer({ ok: false, failure: this.#gone });
      this.#waiting.clear();
      if (!this.#stopping) listener.died(reason || `exit code ${code}`);
    });
  }

  post(message: ToEngine): void {
    this.#worker.postMessage(message);
  }

  request<Name extends EngineRequestName>(name: Name, args: unknown): Promise<Result<Requests[Name]['value']>> {
    return this.#ask((id) => ({ type: 'request', id, name, args }));
  }

  /** What only the main thread may ask for. A `timeout` failure when no answer came within `patienceMs`. */
  async job<Name extends EngineJobName>(
    name: Name,
    args: EngineJobs[Name]['args'],
    patienceMs = Infinity,
  ): Promise<Result<EngineJobs[Name]['value']>> {
    const answer = this.#ask<EngineJobs[Name]['value']>((id) => ({ type: 'job', id, name, args }) as ToEngine);
    if (patienceMs === Infinity) return answer;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<Result<never>>((resolve) => {
      const late = failure('timeout', `The data engine did not answer within ${patienceMs / 1000} s.`);
      timer = setTimeout(() => resolve({ ok: false, failure: late }), patienceMs);
    });
    return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
  }

  #ask<Value>(message: (id: number) => ToEngine): Promise<Result<Value>> {
    if (this.#gone) return Promise.resolve({ ok: false, failure: this.#gone });
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve as (result: Result<never>) => void);
      this.post(message(id));
    });
  }

  /** Lets the engine commit and close its database; ends it the hard way after `graceMs`. At once when it is gone. */
  stop(graceMs: number): Promise<void> {
    if (this.#gone) return Promise.resolve();
    this.#stopping ??= new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#stopped = () => {
        clearTimeout(timer);
        resolve();
      };
      this.post({ type: 'stop' });
    }).then(() => this.#worker.terminate().then(() => undefined));
    return this.#stopping;
  }
}
