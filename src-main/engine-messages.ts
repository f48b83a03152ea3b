import type { EventMessage, RequestName, Requests } from './contract/channels.ts';
import type { Written } from './contract/diagnostics.ts';
import type { Result } from './contract/failure.ts';
import type { CredentialState } from './contract/provider-status.ts';
import type { ProviderId } from './contract/source.ts';

/** A credential's fields by name, in memory only. */
export type Secret = Readonly<Record<string, string>>;

/** Requests that the main thread answers itself; all others are the engine's. */
export type MainRequestName =
  | 'credential/keep'
  | 'credential/remove'
  | 'diagnostics/copy'
  | 'rejected/export'
  | 'store/backup'
  | 'store/restore'
  | 'app/open-link';
export type EngineRequestName = Exclude<RequestName, MainRequestName>;

/** What the main thread asks of the engine for those; the page cannot ask for it. Files are absolute paths. */
export interface EngineJobs {
  /** The engine's part of the diagnostics, made by `engineText`. */
  'diagnostics/engine': { args: null; value: string };
  'rejected/write': { args: { readonly file: string }; value: Written };
  'store/backup-to': { args: { readonly file: string }; value: Written };
  /** Checks a back-up from its first to its last page; `count`: rows in it. */
  'store/read-backup': { args: { readonly file: string }; value: Written };
}
export type EngineJobName = keyof EngineJobs;

export const logLevels = ['info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** `network`: the system says that it is connected again. */
export type WakeReason = 'resume' | 'unlock' | 'network';

export interface EngineOptions {
  /** Profile folder, where the database lives. */
  readonly profile: string;
  readonly version: string;
  /** Seed of the simulated market; null: its own. */
  readonly seed: number | null;
  /** In this run the simulated market stands in for `auto`. */
  readonly simulated: boolean;
  /** A back-up that takes the database's place before it is opened; null: none does. */
  readonly restoreFrom: string | null;
}

export type ToEngine =
  | { readonly type: 'request'; readonly id: number; readonly name: EngineRequestName; readonly args: unknown }
  | {
      readonly [Name in EngineJobName]: {
        readonly type: 'job';
        readonly id: number;
        readonly name: Name;
        readonly args: EngineJobs[Name]['args'];
      };
    }[EngineJobName]
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
  /** Time may have passed, or the network changed, without anything having been heard of it. */
  | { readonly type: 'woke'; readonly why: WakeReason }
  | { readonly type: 'stop' };

export type FromEngine =
  /** To a request or a job. */
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly result: Result<Requests[EngineRequestName]['value'] | EngineJobs[EngineJobName]['value']>;
    }
  | { readonly type: 'events'; readonly batch: readonly EventMessage[] }
  /** A line for the log file; secrets are masked there. */
  | { readonly type: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly type: 'stopped' };
