import { toFailure } from '../../../src-main/contract/failure.ts';
import type { Failure } from '../../../src-main/contract/failure.ts';
import type { ProviderInfo, ProviderTest } from '../../../src-main/contract/provider-status.ts';
import type { ProviderSettings } from '../../../src-main/contract/settings.ts';
import type { Secret } from '../../state/providers.svelte.ts';
import type { Terminal } from '../../state/terminal.svelte.ts';

export type Busy = 'apply' | 'save' | 'test' | 'remove' | 'retry';

export type Outcome =
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'tested'; readonly test: ProviderTest }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * What the user is doing on one provider's card. A typed key lives in its fields until it was kept, and only there: it is
 * never read back from main.
 */
export class ProviderForm {
  readonly #terminal: Terminal;
  readonly #info: ProviderInfo;
  #draft: ProviderSettings;
  #fields: Record<string, string> = $state({});
  #busy: Busy | null = $state(null);
  #outcome: Outcome | null = $state.raw(null);
  #addressProblem: string | null = $state(null);
  #keychainProblem: string | null = $state(null);
  /** Whether Remove waits for its confirmation. */
  isRemoving = $state(false);

  constructor(terminal: Terminal, info: ProviderInfo) {
    this.#terminal = terminal;
    this.#info = info;
    this.#draft = $state.raw(terminal.settings.providers[info.id]);
    this.#clearFields();
  }

  get draft(): ProviderSettings {
    return this.#draft;
  }

  /** What is typed into a field of the key. */
  typed(name: string): string {
    return this.#fields[name] ?? '';
  }

  type(name: string, value: string): void {
    this.#fields[name] = value;
    this.#outcome = null;
  }

  get busy(): Busy | null {
    return this.#busy;
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** What main says is wrong with the custom address. */
  get addressProblem(): string | null {
    return this.#addressProblem;
  }

  /** Why a key cannot be kept in the keychain; then it can be kept for the session, if the user says so. */
  get keychainProblem(): string | null {
    return this.#keychainProblem ?? this.#terminal.providers.status(this.#info.id)?.credential.keychainProblem ?? null;
  }

  get isTyped(): boolean {
    return this.#info.credential.every(({ name }) => this.typed(name).trim() !== '');
  }

  get isDirty(): boolean {
    return JSON.stringify(this.#wanted) !== JSON.stringify(this.#terminal.settings.providers[this.#info.id]);
  }

  /** The address as it is typed, with the options as they are: those are saved one by one in their own fields. */
  get #wanted(): ProviderSettings {
    const { environment, customUrl, customStreamUrl } = this.#draft;
    const { options } = this.#terminal.settings.providers[this.#info.id];
    return { environment, customUrl, customStreamUrl, options };
  }

  /** A known host is used at once; a custom one once its address is given and applied. */
  async chooseEnvironment(environment: ProviderSettings['environment']): Promise<void> {
    this.edit({ environment });
    if (environment !== 'custom') await this.apply();
  }

  edit(patch: Partial<ProviderSettings>): void {
    this.#draft = { ...this.#draft, ...patch };
    this.#addressProblem = null;
    this.#outcome = null;
  }

  apply(): Promise<void> {
    return this.#do('apply', async () => {
      await this.#configure();
      const what = this.#draft.environment === 'custom' ? 'address' : 'host';
      const text = this.#isSimulated ? `The ${what} is kept; it is used with live data.` : `The ${what} is in use.`;
      this.#outcome = { kind: 'said', text };
    });
  }

  test(): Promise<void> {
    return this.#do('test', async () => {
      const secret = this.#info.credential.length > 0 && this.isTyped ? this.#typed() : null;
      const test = await this.#terminal.providers.test(this.#info.id, this.#wanted, secret);
      this.#outcome = { kind: 'tested', test };
    });
  }

  /**
   * Keeps the typed key. A key is for real data: the simulated market is left, and that is said. Whether the provider
   * takes the key is not known yet; the card's line of state tells that.
   */
  save(sessionOnly: boolean): Promise<void> {
    return this.#do('save', async () => {
      if (this.isDirty) await this.#configure();
      const state = await this.#terminal.providers.keep(this.#info.id, this.#typed(), sessionOnly);
      if (state.kept === 'none') {
        this.#keychainProblem = state.keychainProblem ?? 'The key could not be kept.';
        return;
      }
      this.#keychainProblem = null;
      this.#clearFields();
      const what = this.#info.credential.length > 1 ? 'Login' : 'Key';
      const where =
        state.kept === 'keychain' ? `${what} kept in the system keychain.` : `${what} kept for this session only.`;
      const isSwitched = this.#terminal.isSimulatedByChoice;
      if (isSwitched) await this.#terminal.chooseMarket('live');
      const then = isSwitched
        ? 'Switched to live data.'
        : this.#isSimulated
          ? 'It is used as soon as live data can be reached.'
          : 'Live data is chosen.';
      this.#outcome = { kind: 'said', text: `${where} ${then}` };
    });
  }

  remove(): Promise<void> {
    return this.#do('remove', async () => {
      await this.#terminal.providers.remove(this.#info.id);
      this.isRemoving = false;
      const what = this.#info.credential.length > 1 ? 'Login' : 'Key';
      this.#outcome = { kind: 'said', text: `${what} removed.` };
    });
  }

  retry(): Promise<void> {
    return this.#do('retry', () => this.#terminal.retryProvider(this.#info.id));
  }

  get #isSimulated(): boolean {
    return this.#terminal.market === 'simulated';
  }

  async #configure(): Promise<void> {
    try {
      await this.#terminal.configure(this.#info.id, this.#wanted);
    } catch (thrown) {
      const found = toFailure(thrown);
      if (found.kind === 'bad-request') this.#addressProblem = found.message;
      throw thrown;
    }
  }

  async #do(busy: Busy, work: () => Promise<void>): Promise<void> {
    if (this.#busy !== null) return;
    this.#busy = busy;
    this.#outcome = null;
    this.#addressProblem = null;
    try {
      await work();
    } catch (thrown) {
      const found = toFailure(thrown);
      if (found.kind === 'keychain' && busy === 'save') this.#keychainProblem = found.message;
      else if (this.#addressProblem === null) this.#outcome = { kind: 'failed', failure: found };
    } finally {
      this.#busy = null;
    }
  }

  #typed(): Secret {
    return Object.fromEntries(this.#info.credential.map(({ name }) => [name, this.typed(name).trim()]));
  }

  #clearFields(): void {
    this.#fields = Object.fromEntries(this.#info.credential.map(({ name }) => [name, '']));
  }
}
