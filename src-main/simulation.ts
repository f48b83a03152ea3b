import { Worker } from 'node:worker_threads';
import { failure, FailureError } from './contract/failure.ts';
import type { DemoCommand, DemoMessage, DemoOptions } from './demo/messages.ts';
import type { SimulatedPlaces } from './feeds/place.ts';

const startTimeoutMs = 20_000;
const youngMb = 8;

/** Ends a start that nobody waits for any more: not a fault, and nothing to tell the user. */
const stopped = (): FailureError => new FailureError(failure('cancelled', 'The simulated market was stopped.'));

/** The simulated market in its own thread: its servers are started when it is chosen and gone when it is not. */
export class Simulation {
  readonly #script: URL;
  readonly #options: DemoOptions;
  readonly #onDied: (reason: string) => void;
  #worker: Worker | null = null;
  #cancelStart: () => void = () => undefined;

  /** `onDied`: its thread ended after its servers had answered, without being asked to; `start` brings new ones. */
  constructor(script: URL, options: DemoOptions, onDied: (reason: string) => void = () => undefined) {
    this.#script = script;
    this.#options = options;
    this.#onDied = onDied;
  }

  /**
   * Resolves when the loopback servers answer. Throws a `bug` failure when they do not come up, and `cancelled` when
   * the market is stopped, or started anew, before they did.
   */
  start(): Promise<SimulatedPlaces> {
    this.stop();
    const worker = new Worker(this.#script, {
      workerData: this.#options,
      resourceLimits: { maxYoungGenerationSizeMb: youngMb },
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let isReady = false;
      const timer = setTimeout(() => fail('no answer in time'), startTimeoutMs);
      const fail = (detail: string): void => {
        reject(new FailureError(failure('bug', 'Its servers could not be opened on this computer.', { detail })));
        this.stop();
      };
      const end = (reason: string): void => {
        if (!isReady) return fail(reason);
        this.stop();
        this.#onDied(reason);
      };
      this.#cancelStart = () => {
        clearTimeout(timer);
        reject(stopped());
      };
      worker.on('message', (message: DemoMessage) => {
        if (message.type === 'failed' && !isReady) fail(message.message);
        if (message.type !== 'ready') return;
        isReady = true;
        clearTimeout(timer);
        resolve({ urls: message.urls, secrets: message.secrets });
      });
      worker.on('error', (error) => end(String(error)));
      worker.on('exit', (code) => end(`exit code ${code}`));
    });
  }

  stop(): void {
    const worker = this.#worker;
    this.#worker = null;
    this.#cancelStart();
    if (!worker) return;
    worker.removeAllListeners();
    worker.on('error', () => undefined);
    const command: DemoCommand = { type: 'stop' };
    worker.postMessage(command);
    worker.unref();
  }
}
