/** Ways an answer can be broken; each is applied to the answer that would have been right. */
export const garbageVariants = [
  'html', // a web page instead of JSON
  'empty', // no body at all
  'truncated', // JSON that ends half-way
  'missing-field', // the first field of the last row is absent
  'numbers-as-strings',
  'nan', // the first number of the last row is NaN, which JSON does not have
  'negative', // every size of the last row below zero
  'unknown-fields', // fields nobody has documented, everywhere
  'wrong-type', // null where the rows should be
  'huge', // as many rows as `rows` says, streamed
] as const;
export type GarbageVariant = (typeof garbageVariants)[number];

export type Scenario =
  | { readonly name: 'calm' }
  /** The stream floods every client. */
  | { readonly name: 'burst'; readonly messagesPerSecond?: number }
  /** The stream is silent; candles that open in [from, to) are missing from REST answers. Milliseconds since the epoch. */
  | { readonly name: 'gap'; readonly from?: number; readonly to?: number }
  | { readonly name: '401' | '403' | '500' }
  | { readonly name: '418' | '429'; readonly retryAfterSeconds?: number }
  | { readonly name: 'garbage'; readonly variant: GarbageVariant; readonly rows?: number }
  /** `reset`: every connection is cut as soon as it asks; `refuse`: nobody listens. Both end all open ones. */
  | { readonly name: 'drop'; readonly how?: 'reset' | 'refuse' }
  /** Answers come `delayMs` late, or with `stall` half an answer comes and never the rest. */
  | { readonly name: 'slow'; readonly delayMs?: number; readonly stall?: boolean };

/** Names of scenarios that need no options. */
export type ScenarioName = Exclude<Scenario['name'], 'garbage'>;

export const toScenario = (scenario: Scenario | ScenarioName): Scenario =>
  typeof scenario === 'string' ? ({ name: scenario } as Scenario) : scenario;

export const calm: Scenario = { name: 'calm' };

/** Status scenarios, as numbers. */
export const statusOf = (scenario: Scenario): number | null =>
  /^\d/.test(scenario.name) ? Number(scenario.name) : null;

/** Which scenario rules which endpoint: the narrowest one that was set, else the server's. */
export interface Stage {
  /** Without `endpoint` for the whole server, and then what was set for endpoints is forgotten. */
  set(scenario: Scenario, endpoint?: string): void;
  /** `names` from narrow to wide: `liquidations/BTC`, `liquidations`. */
  of(names: readonly string[]): Scenario;
  /** The server's own. */
  whole(): Scenario;
}

export function createStage(): Stage {
  let whole = calm;
  const narrow = new Map<string, Scenario>();
  return {
    set(scenario, endpoint) {
      if (endpoint === undefined) {
        whole = scenario;
        narrow.clear();
      } else {
        narrow.set(endpoint, scenario);
      }
    },
    of(names) {
      for (const name of names) {
        const scenario = narrow.get(name);
        if (scenario) return scenario;
      }
      return whole;
    },
    whole: () => whole,
  };
}
