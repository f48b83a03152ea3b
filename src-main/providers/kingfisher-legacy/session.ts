import { failure, FailureError } from '../../contract/failure.ts';
import type { ProviderContext } from '../provider.ts';
import { providerName } from './errors.ts';
import { credentialsOf, logIn } from './login.ts';
import { SharedTask } from './shared-task.ts';

/**
 * The token of one connection, in memory only. However many ask at once, there is one login under way; what it failed
 * with, all of them are told.
 */
export class Session {
  readonly #context: ProviderContext;
  readonly #login: SharedTask<string>;
  #token: string | null = null;

  constructor(context: ProviderContext) {
    this.#context = context;
    this.#login = new SharedTask(async (signal) => (this.#token = await logIn(context, signal)), cancelled);
  }

  /** The token, logging in where there is none. */
  async token(signal: AbortSignal): Promise<string> {
    return this.#token ?? this.#login.join(signal);
  }

  /** Another token than the one that was refused; no login where somebody else has already had it replaced. */
  renewed(refused: string, signal: AbortSignal): Promise<string> {
    this.forget(refused);
    return this.token(signal);
  }

  forget(token: string): void {
    if (this.#token === token) this.#token = null;
  }

  /**
   * What is cut out of an answer with data before it is read or kept. A login or password of digits alone would be found
   * inside prices and densities; it is not sent with such a request, so no answer echoes it.
   */
  secrets(token: string): readonly string[] {
    const { secrets } = credentialsOf(this.#context);
    return [...secrets.filter((secret) => !/^[\d.+-]+$/.test(secret)), token];
  }
}

const cancelled = () =>
  new FailureError(failure('cancelled', `The login to ${providerName} was cancelled before it was answered.`));
