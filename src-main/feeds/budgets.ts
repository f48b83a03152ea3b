import { createHash } from 'node:crypto';
import type { PlanOverride } from '../contract/limits.ts';
import { noOverride } from '../contract/limits.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import type { ProviderId, Source } from '../contract/source.ts';
import { sourceKey } from '../contract/source.ts';
import type { Secret } from '../engine-messages.ts';
import { CarefulClock } from '../net/budget/careful-clock.ts';
import type { Provider } from '../providers/provider.ts';
import { Budget } from './budget.ts';
import type { BudgetTools } from './budget-memory.ts';
import { isOnTheNet } from './place.ts';

/** What two servers' clocks may differ by. */
const skewMs = 60_000;

/** Each account's budget, one of each however many connections use it; they outlive connections. */
export class Budgets {
  readonly #tools: BudgetTools;
  readonly #clocks = new Map<string, { readonly clock: CarefulClock; readonly source: Source }>();
  readonly #budgets = new Map<string, Budget>();
  #overrides: Partial<Readonly<Record<ProviderId, PlanOverride>>> = {};

  constructor(tools: BudgetTools) {
    this.#tools = tools;
  }

  of(provider: Provider, source: Source, secret: Secret | null): Budget {
    const account = accountOf(provider, secret);
    const key = `${sourceKey(source)} ${account}`;
    const known = this.#budgets.get(key);
    if (known) return known;
    const clock = this.#clockOf(source);
    const budget = new Budget(provider, { source, account }, this.#tools, {
      time: () => clock.time(),
      inWallTime: (at) => clock.inWallTime(at),
      heard: (date) => this.#heard(source, date),
    });
    budget.override = this.#overrides[provider.info.id] ?? noOverride;
    this.#budgets.set(key, budget);
    return budget;
  }

  /** The user's own word on plans. */
  set overrides(overrides: Partial<Readonly<Record<ProviderId, PlanOverride>>>) {
    this.#overrides = overrides;
    for (const budget of this.#budgets.values()) budget.override = overrides[budget.provider.info.id] ?? noOverride;
  }

  /** One for the accounts of a source; a custom host's clock is its own affair. */
  #clockOf(source: Source): CarefulClock {
    const key = sourceKey(source);
    const known = this.#clocks.get(key);
    if (known) return known.clock;
    const clock = new CarefulClock(this.#tools, isOnTheNet(source) ? this.#tools.store.clock.read() : null);
    this.#clocks.set(key, { clock, source });
    return clock;
  }

  /** Servers on the net agree on the time: who is asked seldom learns it from who is asked often. */
  #heard(from: Source, date: UnixMs): void {
    this.#clockOf(from).heard(date);
    if (!isOnTheNet(from)) return;
    for (const { clock, source } of this.#clocks.values()) {
      if (isOnTheNet(source) && sourceKey(source) !== sourceKey(from)) clock.isAtLeast(unixMs(date - skewMs));
    }
  }
}

/**
 * Tells one key's count from another's without keeping anything of a key: eight hexadecimal digits of a hash, of the
 * login alone where there is a password.
 */
export function accountOf({ info }: Provider, secret: Secret | null): string {
  if (secret === null || info.credential.length === 0) return '';
  const open = info.credential.filter((field) => !field.secret);
  const names = (open.length > 0 ? open : info.credential).map(({ name }) => name);
  const text = names.map((name) => `${info.id}\n${name}\n${secret[name] ?? ''}`).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
