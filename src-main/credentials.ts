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
 */
export class Credentials {
  readonly #open: () => Promise<Keychain>;
  readonly #timeoutMs: number;
  readonly #session = new Map<ProviderId, Secret>();
  readonly #stored = new Map<ProviderId, Secret>();
  #problem: string | null = null;

  /** `timeoutMs`: how long an unlock prompt may stay unanswered. */
  constructor(open: () => Promise<Keychain> = openKeychain, timeoutMs = 60_000) {
    this.#open = open;
    this.#timeoutMs = timeoutMs;
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
    try {
      const text = await this.#ask((keychain) => keychain.getPassword(keychainService, provider));
      const secret = text === null ? null : parseSecret(text);
      if (secret) this.#stored.set(provider, secret);
    } catch {
      // `#problem` says it on the provider's card; without a key the app goes on with what needs none.
    }
  }

  /** Throws a `keychain` failure when the keychain does not take it; then nothing is kept. */
  async keep(provider: ProviderId, secret: Secret, sessionOnly: boolean): Promise<CredentialState> {
    if (sessionOnly) {
      this.#session.set(provider, secret);
    } else {
      await this.#ask((keychain) => keychain.setPassword(keychainService, provider, JSON.stringify(secret)));
      this.#stored.set(provider, secret);
      this.#session.delete(provider);
    }
    return this.state(provider);
  }

  async remove(provider: ProviderId): Promise<CredentialState> {
    const inMemoryOnly = this.#session.delete(provider) && !this.#stored.has(provider);
    if (!inMemoryOnly || this.#problem === null) {
      await this.#ask((keychain) => keychain.deletePassword(keychainService, provider));
    }
    this.#stored.delete(provider);
    return this.state(provider);
  }

  async #ask<T>(use: (keychain: Keychain) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = this.#open().then(use);
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('locked: no answer')), this.#timeoutMs);
      });
      const value = await Promise.race([answer, late]);
      this.#problem = null;
      return value;
    } catch (thrown) {
      this.#problem = explain(thrown);
      throw new FailureError(failure('keychain', this.#problem));
    } finally {
      clearTimeout(timer);
    }
  }
}

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
