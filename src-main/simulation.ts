import { Worker } from 'node:worker_threads';
import { failure, FailureError } from './contract/failure.ts';
import type { DemoCommand, DemoMessage, DemoOptions } from './demo/messages.ts';
import type { SimulatedPlaces } from './feeds/place.ts';

const startTimeoutMs = 20_000;

/** The simulated market in its own thread: its servers are started when it is chosen and gone when it is not. */
export class Simulation {
  readonly #script: URL;
  readonly #options: DemoOptions;
  #worker: Worker | null = null;

  constructor(script: URL, options: DemoOptions) {
    this.#script = script;
    this.#options = options;
  }

  /** Resolves when the loopback servers answer. Throws a `bug` failure when they do not come up. */
  start(): Promise<SimulatedPlaces> {
    this.stop();
    const worker = new Worker(this.#script, { workerData: this.#options });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      const fail = (detail: string): void => {
        clearTimeout(timer);
        reject(new FailureError(failure('bug', 'Its servers could not be opened on this computer.', { detail })));
      };
      const timer = setTimeout(() => fail('no answer in time'), startTimeoutMs);
      worker.on('message', (message: DemoMessage) => {
        if (message.type === 'failed') fail(message.message);
        if (message.type !== 'ready') return;
        clearTimeout(timer);
        const { kingfisher, binance } = message;
        resolve({ urls: { kingfisher, binance }, secrets: { kingfisher: { apiKey: kingfisher.key } } });
      });
      worker.on('error', (error) => fail(String(error)));
      worker.on('exit', (code) => fail(`exit code ${code}`));
    });
  }

  stop(): void {
    const worker = this.#worker;
    this.#worker = null;
    if (!worker) return;
    worker.removeAllListeners();
    worker.on('error', () => undefined);
    const command: DemoCommand = { type: 'stop' };
    worker.postMessage(command);
    worker.unref();
  }
}
