import type { ProviderInfo } from '../../../src-main/contract/provider-status.ts';

export type CredentialNoun = 'key' | 'login';

/** What a provider knows its user by: a login with its password is no key. */
export const credentialNoun = (info: Pick<ProviderInfo, 'credential'> | null): CredentialNoun =>
  info !== null && info.credential.length > 1 ? 'login' : 'key';
