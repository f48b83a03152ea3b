import { SvelteMap } from 'svelte/reactivity';
import type {
  CredentialState,
  ProviderInfo,
  ProviderStatus,
  ProviderTest,
} from '../../src-main/contract/provider-status.ts';
import type { ProviderSettings, Settings } from '../../src-main/contract/settings.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';
import type { Wanted } from '../../src-main/contract/channels.ts';
import type { Client } from '../bridge.ts';

export type Secret = Readonly<Record<string, string>>;

/** What is known of each provider, and what can be asked of it. The requests throw FailureError. */
export class Providers {
  readonly #client: Client;
  readonly #statuses = new SvelteMap<ProviderId, ProviderStatus>();
  readonly infos: readonly ProviderInfo[];
  readonly statuses: readonly ProviderStatus[] = $derived([...this.#statuses.values()]);

  constructor(client: Client, infos: readonly ProviderInfo[], statuses: readonly ProviderStatus[]) {
    this.#client = client;
    this.infos = infos;
    for (const status of statuses) this.accept(status);
  }

  status(id: ProviderId): ProviderStatus | null {
    return this.#statuses.get(id) ?? null;
  }

  accept(status: ProviderStatus): void {
    this.#statuses.set(status.id, status);
  }

  configure(provider: ProviderId, settings: ProviderSettings): Promise<Settings> {
    return this.#client.request('provider/configure', { provider, settings });
  }

  test(provider: ProviderId, settings: ProviderSettings, secret: Secret | null): Promise<ProviderTest> {
    return this.#client.request('provider/test', { provider, settings, secret });
  }

  async keep(provider: ProviderId, secret: Secret, sessionOnly: boolean): Promise<CredentialState> {
    return this.#know(provider, await this.#client.request('credential/keep', { provider, secret, sessionOnly }));
  }

  async remove(provider: ProviderId): Promise<CredentialState> {
    return this.#know(provider, await this.#client.request('credential/remove', { provider }));
  }

  async retry(provider: ProviderId): Promise<void> {
    await this.#client.request('provider/retry', { provider });
  }

  /** The answer is shown at once; the next status from main says the same. */
  #know(provider: ProviderId, credential: CredentialState): CredentialState {
    const status = this.#statuses.get(provider);
    if (status !== undefined) this.accept({ ...status, credential });
    return credential;
  }
}

/** Whose snapshots or volumes are on screen. */
export const wantedProviders = ({ snapshots, volumes }: Wanted): ReadonlySet<ProviderId> =>
  new Set([...snapshots.map(({ provider }) => provider), ...volumes]);

/** Whether the bottom bar has a place for it: it is asked, has a key, or fails at what is wanted of it. */
export function isShownInBar(status: ProviderStatus, wanted: ReadonlySet<ProviderId>): boolean {
  if (status.credential.kept !== 'none') return true;
  return status.state === 'no-key' ? wanted.has(status.id) : status.state !== 'idle';
}
