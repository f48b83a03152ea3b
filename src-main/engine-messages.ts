import type { EventMessage, RequestName, Requests } from './contract/channels.ts';
import type { Result } from './contract/failure.ts';
import type { CredentialState } from './contract/provider-status.ts';
import type { ProviderId } from './contract/source.ts';

/** A credential's fields by name, in memory only. */
export type Secret = Readonly<Record<string, string>>;

/** Requests that the main thread answers itself; all others are the engine's. */
export type MainRequestName = 'credential/keep' | 'credential/remove' | 'app/open-link';
export type EngineRequestName = Exclude<RequestName, MainRequestName>;

export interface EngineOptions {
  /** Profile folder, where the database lives. */
  readonly profile: string;
  readonly version: string;
  /** Seed of the simulated market; null: its own. */
  readonly seed: number | null;
  /** In this run the simulated market stands in for `auto`. */
  readonly simulated: boolean;
}

export type ToEngine =
  | { readonly type: 'request'; readonly id: number; readonly name: EngineRequestName; readonly args: unknown }
  | {
      readonly type: 'credential';
      readonly provider: ProviderId;
      readonly secret: Secret | null;
      readonly state: CredentialState;
    }
  /** The window listens and has taken the last batch of events. */
  | { readonly type: 'taken' }
  /** The window no longer listens. */
  | { readonly type: 'hold' }
  | { readonly type: 'stop' };

export type FromEngine =
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<Requests[EngineRequestName]['value']> }
  | { readonly type: 'events'; readonly batch: readonly EventMessage[] }
  | { readonly type: 'stopped' };
