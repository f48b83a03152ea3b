import { failure, FailureError } from './contract/failure.ts';
import type { CredentialState } from './contract/provider-status.ts';
import type { ProviderId } from './contract/source.ts';
import type { Secret } from './engine-messages.ts';

/** What this module uses of keytar: entries of the OS keychain by service and account. */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

export const keychainService = 'Halcyon';

/** Loaded on first use: where the system's secret library is missing, only the keychain is, not the app. */
export async function openKeychain(): Promise<Keychain> {
  const module = await import('keytar');
  return 'default' in module ? (module.default as Keychain) : module;
}

/** The keychain's own error as one sentence that says what to do. */
function explain(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (/dismissed|denied|cancel/i.test(text))
    return 'The keychain refused access. Allow it when the system asks, and try again.';
  if (/locked/i.test(text)) return 'The keychain is locked. Unlock it and try again.';
  if (/libsecret|shared object/i.test(text))
    return 'The system library libsecret is missing, so there is no keychain to use.';
  if (/org\.freedesktop\.secrets|D-?Bus|autolaunch|could not connect|connection is closed|spawn/i.test(text)) {
    return 'No keychain is running on this system (no Secret Service answers). Start one, for instance GNOME Keyring or KWallet.';
  }
  return 'The system keychain could not be used.';
}

/**
 * Credentials by provider: in the OS keychain (service `Halcyon`, account = provider id, the fields as JSON), or, only
 * when the user says so, in this process's memory until it ends. Never in a file.
 *
 * A keychain may answer long after we stopped waiting, when somebody unlocks it. A key that is read then is used; a key
 * that is written then is taken out again, because the user was told that nothing was kept.
 */
export class Credentials {
  readonly #open: () => Promise<Keychain>;
  readonly #timeoutMs: number;
  readonly #onChange: (provider: ProviderId) => void;
  readonly #session = new Map<ProviderId, Secret>();
  readonly #stored = new Map<ProviderId, Secret>();
  /** The newest change of a provider's entry: settles when it was answered or given up, and never rejects. */
  readonly #changes = new Map<ProviderId, Promise<void>>();
  #problem: string | null = null;

  /**
   * `timeoutMs`: how long an unlock prompt may stay unanswered. `onChange`: what is kept of this provider, or what is
   * wrong with the keychain, is another than the last call's answer said.
   */
  constructor(
    open: () => Promise<Keychain> = openKeychain,
    timeoutMs = 60_000,
    onChange: (provider: ProviderId) => void = () => undefined,
  ) {
    this.#open = open;
    this.#timeoutMs = timeoutMs;
    this.#onChange = onChange;
  }

  secret(provider: ProviderId): Secret | null {
    return this.#session.get(provider) ?? this.#stored.get(provider) ?? null;
  }

  state(provider: ProviderId): CredentialState {
    const kept = this.#session.has(provider) ? 'session' : this.#stored.has(provider) ? 'keychain' : 'none';
    return { kept, keychainProblem: this.#problem };
  }

  /** Reads the entry of one provider; a keychain that does not work is remembered, not thrown. */
  async load(provider: ProviderId): Promise<void> {
    const before = this.#changes.get(provider);
    const take = (text: string | null): void => {
      // What the user changed since is newer than what is read.
      if (this.#changes.get(provider) !== before) return;
      const secret = text === null ? null : parseSecret(text);
      if (secret) this.#stored.set(provider, secret);
    };
    try {
      const text = await this.#ask(
        (keychain) => keychain.getPassword(keychainService, provider),
        (late) => {
          take(late);
          this.#onChange(provider);
        },
      );
      take(text);
    } catch {
      // `#problem` says it on the provider's card; without a key the app goes on with what needs none.
    }
  }

  /** Throws a `keychain` failure when the keychain does not take it; then nothing is kept. */
  async keep(provider: ProviderId, secret: Secret, sessionOnly: boolean): Promise<CredentialState> {
    if (sessionOnly) {
      this.#session.set(provider, secret);
    } else {
      await this.#change(provider, async () => {
        await this.#ask(write(provider, secret), () => this.#putRight(provider));
        this.#stored.set(provider, secret);
        this.#session.delete(provider);
      });
    }
    return this.state(provider);
  }

  /**
   * Forgets the session's key at once and deletes the entry, also one that this process never read. Throws a `keychain`
   * failure when the entry could not be deleted; a key known to be stored then still counts as kept.
   */
  async remove(provider: ProviderId): Promise<CredentialState> {
    if (this.#session.delete(provider)) this.#onChange(provider);
    await this.#change(provider, async (isNewest) => {
      const wasStored = this.#stored.has(provider);
      const onLate = (): void => {
        if (!isNewest()) return this.#putRight(provider);
        this.#stored.delete(provider);
        this.#onChange(provider);
      };
      try {
        await this.#ask(write(provider, null), onLate);
      } catch (thrown) {
        if (wasStored) throw thrown;
        const said = 'The key in memory is gone; whether the keychain still holds one could not be checked.';
        throw new FailureError(failure('keychain', `${said} ${this.#problem ?? ''}`.trim()));
      }
      this.#stored.delete(provider);
    });
    return this.state(provider);
  }

  /** One after the other, so that the last one asked for is the last one done. */
  #change(provider: ProviderId, work: (isNewest: () => boolean) => Promise<void>): Promise<void> {
    const isNewest = (): boolean => this.#changes.get(provider) === settled;
    const change = (this.#changes.get(provider) ?? Promise.resolve()).then(() => work(isNewest));
    const settled = change.catch(() => undefined);
    this.#changes.set(provider, settled);
    return change;
  }

  /** A change came through after it was given up: makes the entry again what the user was told. */
  #putRight(provider: ProviderId): void {
    const change = this.#change(provider, () => this.#ask(write(provider, this.#stored.get(provider) ?? null)));
    void change.catch(() => undefined).then(() => this.#onChange(provider));
  }

  /** `onLate` is told the answer that comes after the time was up. */
  async #ask<T>(use: (keychain: Keychain) => Promise<T>, onLate?: (answer: T) => void): Promise<T> {
    const answer = this.#open().then(use);
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const timeUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        isLate = true;
        reject(new Error('locked: no answer'));
      }, this.#timeoutMs);
    });
    answer.then(
      (value) => {
        this.#problem = null;
        if (isLate) onLate?.(value);
      },
      () => undefined,
    );
    try {
      return await Promise.race([answer, timeUp]);
    } catch (thrown) {
      this.#problem = explain(thrown);
      throw new FailureError(failure('keychain', this.#problem));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Makes a provider's entry hold this secret, or be absent. */
const write =
  (provider: ProviderId, secret: Secret | null) =>
  async (keychain: Keychain): Promise<void> => {
    if (secret) await keychain.setPassword(keychainService, provider, JSON.stringify(secret));
    else await keychain.deletePassword(keychainService, provider);
  };

/** An entry that is not ours (or was edited by hand) counts as absent. */
function parseSecret(text: string): Secret | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const fields = Object.entries(value);
    return fields.every(([, field]) => typeof field === 'string') ? (Object.fromEntries(fields) as Secret) : null;
  } catch {
    return null;
  }
}
