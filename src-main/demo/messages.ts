import type { DemoKey } from './kingfisher/keys.ts';
import type { Scenario, ScenarioName } from './loopback/scenario.ts';

/** `workerData` of the simulated market's thread (when given, it starts at once), and part of `start`. */
export interface DemoOptions {
  /** Same seed, same market; absent or null: the usual one. */
  readonly seed?: number | null;
  /** Keys its Kingfisher lets in, the one to use first; absent: one of the Elite plan. */
  readonly keys?: readonly DemoKey[];
}

/** To the thread. */
export type DemoCommand =
  | ({ readonly type: 'start' } & DemoOptions)
  | {
      readonly type: 'scenario';
      readonly server: 'kingfisher' | 'binance';
      readonly scenario: Scenario | ScenarioName;
      readonly endpoint?: string;
    }
  | { readonly type: 'stop' };

/** From the thread. After `stopped` the thread ends by itself. */
export type DemoMessage =
  | {
      readonly type: 'ready';
      readonly kingfisher: { readonly restUrl: string; readonly streamUrl: string; readonly key: string };
      readonly binance: { readonly restUrl: string; readonly streamUrl: string };
    }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'stopped' };
