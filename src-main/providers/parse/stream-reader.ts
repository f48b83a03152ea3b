import { failure, type Failure } from '../../contract/failure.ts';
import {
  asUnreadable,
  parseJson,
  reject,
  type PayloadOrigin,
  type RejectionContext,
  type Unreadable,
} from '../parse.ts';
import { RejectionGate } from './rejection-gate.ts';

/** So many messages in a row that cannot be read, and the stream is of no use: the data must be asked for elsewhere. */
const mostUnreadable = 5;

/** The messages of a stream: one that cannot be read is recorded, and the stream goes on; too many in a row end it. */
export class StreamReader {
  readonly #context: RejectionContext;
  readonly #origin: PayloadOrigin;
  readonly #giveUp: (failure: Failure) => void;
  #unreadable = 0;

  constructor(context: RejectionContext, origin: PayloadOrigin, giveUp: (failure: Failure) => void) {
    const gate = new RejectionGate(context.onRejected);
    this.#context = { source: context.source, now: context.now, onRejected: gate.take.bind(gate) };
    this.#origin = origin;
    this.#giveUp = giveUp;
  }

  /** `undefined` for a message that cannot be read; it is recorded. */
  read<T>(text: string, read: (payload: unknown) => T): T | undefined {
    try {
      return read(parseJson(text));
    } catch (thrown) {
      const problem = asUnreadable(thrown);
      this.record(text, problem);
      this.#unreadable += 1;
      if (this.#unreadable >= mostUnreadable) this.#end(problem);
      return undefined;
    }
  }

  /** What is wrong with a message that is no data. */
  record(text: string, problem: Unreadable): void {
    reject(this.#context, this.#origin, text, problem);
  }

  /** Data that could be read, or a new connection: what came before counts no more. */
  startOver(): void {
    this.#unreadable = 0;
  }

  #end({ path, problem }: Unreadable): void {
    this.startOver();
    const what = path === '' ? `it ${problem}` : `$${path} ${problem}`;
    const message = `${this.#origin.name}'s stream sends what cannot be read: ${what}; it is opened again.`;
    this.#giveUp(failure('bad-response', message, { path: `$${path}`, detail: `${mostUnreadable} messages in a row` }));
  }
}
