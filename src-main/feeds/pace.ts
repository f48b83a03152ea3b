import type { Asset } from '../contract/market.ts';
import { unixMs } from '../contract/market.ts';
import type { DemandKind, PlanRow, PlanSettings, ProviderPlan } from '../contract/plan.ts';
import { plan, type Demand, type PlanWindow, type Planned } from '../net/budget/plan.ts';
import type { Connection } from './connection.ts';
import { demandsOf, usualMs, type LineDemand, type LineWanted } from './demands.ts';

const minuteMs = 60_000;
/** Between two rounds while a provider names no limit and has none declared. */
const hourMs = 3_600_000;
/** A pace that live panels can do with: what is left at it may go into the past. */
const calmMs = 15 * minuteMs;
/** A plan is made anew after so long: what is left has changed. */
const plannedForMs = 1_000;

interface Made {
  readonly at: number;
  /** Of the budget, by then. */
  readonly corrections: number;
  readonly demands: readonly LineDemand[];
  readonly planned: Planned;
}

/** What the feeds know of a demand. */
export interface Asked {
  isStreamed(kind: DemandKind, asset: Asset | null): boolean;
  /** Milliseconds since it was asked for; null: never, as far as is known. */
  ageMs(kind: DemandKind, asset: Asset | null): number | null;
}

/**
 * How often one provider is asked for what: as often as wanted, stretched as far as its limits demand. The answer changes
 * with what is wanted, with the streams, and with every request.
 */
export class Pace {
  readonly #connection: Connection;
  readonly #elapsed: () => number;
  readonly #asked: Asked;
  #wanted: LineWanted | null = null;
  #settings: PlanSettings = { providers: {}, intervals: {}, pins: [] };
  #made: Made | null = null;

  constructor(connection: Connection, elapsed: () => number, asked: Asked) {
    this.#connection = connection;
    this.#elapsed = elapsed;
    this.#asked = asked;
  }

  want(wanted: LineWanted, settings: PlanSettings): void {
    this.#wanted = wanted;
    this.#settings = settings;
    this.changed();
  }

  /** A stream came or went. */
  changed(): void {
    this.#made = null;
    this.#planned();
  }

  /** Milliseconds between two questions for a kind; where none can be afforded: until the limit resets. */
  intervalMs(kind: DemandKind, asset: Asset | null): number {
    const { demands, planned } = this.#planned();
    const row = demands.findIndex((demand) => demand.kind === kind && demand.asset === asset);
    if (row < 0) return usualMs[kind];
    return planned.intervals[row] ?? Math.max(demands[row]!.wantedMs, this.#untilReset());
  }

  /** Whether the limits allow a kind less often than it is wanted. */
  isStretched(kind: DemandKind, asset: Asset | null): boolean {
    const { demands, planned } = this.#planned();
    const row = demands.findIndex((demand) => demand.kind === kind && demand.asset === asset);
    return row >= 0 && planned.intervals[row] !== demands[row]!.wantedMs;
  }

  /** Whether the past may be asked for `requests` more without taking from what live panels can do with. */
  hasRoomForArchive(): boolean {
    const calm = this.#planned().demands.map((demand) => ({ ...demand, wantedMs: Math.max(demand.wantedMs, calmMs) }));
    const windows = this.#connection.budget.windows().filter(({ rule }) => rule.windowMs >= hourMs);
    const planned = plan(calm, windows);
    return windows.every(
      ({ rule, amount, reserve }) => amount === null || (planned.usedAtReset.get(rule.id) ?? 0) + 1 <= amount - reserve,
    );
  }

  forecast(): ProviderPlan {
    const { demands, planned } = this.#planned();
    return this.#asPlan(demands, planned, this.#connection.budget.windows());
  }

  /** The same with something else on screen, or other settings; nothing changes by it. */
  wouldBe(wanted: LineWanted, settings: PlanSettings): ProviderPlan {
    const { budget, provider } = this.#connection;
    const demands = this.#demands(wanted, settings);
    const windows = budget.windowsUnder(settings.providers[provider.info.id]);
    return this.#asPlan(demands, plan(demands, windows), windows);
  }

  #planned(): Made {
    const at = this.#elapsed();
    const { budget, said } = this.#connection;
    const { corrections } = budget;
    if (this.#made && at - this.#made.at < plannedForMs && this.#made.corrections === corrections) return this.#made;
    const demands = this.#wanted ? this.#demands(this.#wanted, this.#settings) : [];
    const planned = plan(demands, budget.windows());
    this.#made = { at, corrections, demands, planned };
    said.expectedMs = Math.min(...planned.intervals.map((interval) => interval ?? Number.POSITIVE_INFINITY));
    return this.#made;
  }

  #demands(wanted: LineWanted, { intervals }: PlanSettings): (LineDemand & Demand)[] {
    const { provider, options, budget } = this.#connection;
    const isStreamed = (kind: DemandKind, asset: Asset | null): boolean => this.#asked.isStreamed(kind, asset);
    const now = budget.time();
    return demandsOf(wanted, { provider, options, intervals, isStreamed }).map((demand) => {
      const age = this.#asked.ageMs(demand.kind, demand.asset);
      return { ...demand, askedAt: age === null ? null : unixMs(now - age) };
    });
  }

  #untilReset(): number {
    const limiting = this.#connection.budget.windows().filter(({ left }) => left !== null);
    return limiting.length === 0 ? hourMs : Math.max(...limiting.map(({ horizonMs }) => horizonMs));
  }

  #asPlan(demands: readonly LineDemand[], planned: Planned, windows: readonly PlanWindow[]): ProviderPlan {
    const { provider } = this.#connection;
    const rows = demands.map(({ kind, asset, tier, weights, wantedMs }, row): PlanRow => {
      const first = provider.info.limits[0];
      const weight = first ? (weights[first.id] ?? 1) : 1;
      const isStreamed = this.#asked.isStreamed(kind, asset);
      return { kind, asset, tier, weight, wantedMs, intervalMs: planned.intervals[row] ?? null, isStreamed };
    });
    return {
      provider: provider.info.id,
      rows,
      limitedBy: planned.limitedBy,
      forecast: this.#forecastOf(planned, windows),
    };
  }

  /** Of the rule that is nearest to its end. */
  #forecastOf(planned: Planned, windows: readonly PlanWindow[]): ProviderPlan['forecast'] {
    const fullness = (window: PlanWindow): number => (planned.usedAtReset.get(window.rule.id) ?? 0) / window.amount!;
    const [nearest] = windows
      // A window of seconds has no end worth a forecast, unless it is what slows things down.
      .filter(
        ({ rule, amount }) =>
          amount !== null && amount > 0 && (rule.windowMs >= hourMs || rule.id === planned.limitedBy),
      )
      .sort(
        (one, other) =>
          Number(other.rule.id === planned.limitedBy) - Number(one.rule.id === planned.limitedBy) ||
          fullness(other) - fullness(one),
      );
    if (!nearest) return null;
    const { rule, amount, used, resetAt } = nearest;
    return {
      rule: rule.id,
      resetAt: this.#connection.budget.inWallTime(unixMs(resetAt)),
      amount: amount!,
      usedNow: used,
      usedAtReset: planned.usedAtReset.get(rule.id) ?? used,
      wantedAtReset: planned.wantedAtReset.get(rule.id) ?? used,
    };
  }
}
