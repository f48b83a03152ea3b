import type { ProviderId } from '../contract/source.ts';
import type { Scenario, ScenarioName } from './loopback/scenario.ts';

/** `workerData` of the simulated market's thread (when given, it starts at once), and part of `start`. */
export interface DemoOptions {
  /** Same seed, same market; absent or null: the usual one. */
  readonly seed?: number | null;
}

/** To the thread. */
export type DemoCommand =
  | ({ readonly type: 'start' } & DemoOptions)
  | {
      readonly type: 'scenario';
      readonly server: ProviderId;
      readonly scenario: Scenario | ScenarioName;
      readonly endpoint?: string;
    }
  | { readonly type: 'stop' };

/** From the thread. After `stopped` the thread ends by itself. */
export type DemoMessage =
  | {
      readonly type: 'ready';
      readonly urls: Readonly<Partial<Record<ProviderId, { readonly restUrl: string; readonly streamUrl: string }>>>;
      /** Credentials that its servers let in, of those that need any. */
      readonly secrets: Readonly<Partial<Record<ProviderId, Readonly<Record<string, string>>>>>;
    }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'stopped' };
