import type { Clock } from '../clock.ts';

export interface DemoKey {
  readonly key: string;
  readonly plan: 'pro' | 'elite';
  /** Calls already made today. */
  readonly used?: number;
}

/** Opens the simulated market; worth nothing anywhere else. */
export const demoKey = 'kf_simulated_market';

/** Pro allows 100 calls a day (the provider's own figure); Elite is unlimited. */
const callsPerDay = 100;
const dayMs = 86_400_000;

export interface Admission {
  /** Null: the key is not known. */
  readonly plan: DemoKey['plan'] | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: let in; else the seconds until the limit is lifted. */
  readonly limitedFor: number | null;
}

/** Counts calls per key and UTC day. */
export interface KeyRing {
  /** `count` false: the plan is looked up and nothing is counted. */
  admit(key: string, count: boolean): Admission;
}

export function createKeyRing(keys: readonly DemoKey[], clock: Clock): KeyRing {
  const calls = new Map(keys.map(({ key, used }) => [key, { day: dayOf(clock), used: used ?? 0 }]));
  return {
    admit(key, count) {
      const known = keys.find((candidate) => candidate.key === key);
      const today = dayOf(clock);
      const reset = String(((today + 1) * dayMs) / 1000);
      if (!known) return { plan: null, headers: limitHeaders(callsPerDay, callsPerDay, reset), limitedFor: null };
      const seen = calls.get(key)!;
      if (seen.day !== today) {
        seen.day = today;
        seen.used = 0;
      }
      if (known.plan === 'elite') {
        return { plan: 'elite', headers: limitHeaders('unlimited', 'unlimited', reset), limitedFor: null };
      }
      const limited = seen.used >= callsPerDay;
      if (count && !limited) seen.used++;
      return {
        plan: known.plan,
        headers: limitHeaders(callsPerDay, callsPerDay - seen.used, reset),
        limitedFor: limited ? Math.max(1, Math.ceil(((today + 1) * dayMs - clock.now()) / 1000)) : null,
      };
    },
  };
}

const dayOf = (clock: Clock): number => Math.floor(clock.now() / dayMs);

const limitHeaders = (limit: number | string, remaining: number | string, reset: string): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': reset,
});
