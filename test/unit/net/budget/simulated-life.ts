import type { LimitRule, PlanOverride } from '../../../../src-main/contract/limits.ts';
import { unixMs, type UnixMs } from '../../../../src-main/contract/market.ts';
import { CarefulClock } from '../../../../src-main/net/budget/careful-clock.ts';
import { Ledger, type Spend, type Weights } from '../../../../src-main/net/budget/ledger.ts';
import { plan, type Demand } from '../../../../src-main/net/budget/plan.ts';
import type { Remembered } from '../../../../src-main/net/budget/told.ts';
import { SimulatedCount, type ServerLimits, type ServerRule } from './simulated-server.ts';

const second = 1_000;
const minute = 60_000;
const hour = 60 * minute;

/** Small and fast; 0 ≤ x < 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Flight {
  readonly id: number;
  readonly isUser: boolean;
  /** Careful time. */
  readonly takenAt: number;
  readonly demand: number;
  /** Sent before any answer had told the time, by a clock that was ahead. */
  readonly isBlind: boolean;
  readonly arrivesAt: number;
  readonly answersAt: number;
  /** The answer, or the request itself, goes astray. */
  readonly arrives: boolean;
  readonly isAnswered: boolean;
  state: 'under way' | 'processed';
  date: number;
  limits: ServerLimits | null;
  retryAt: number | null;
  processedAt: number;
}

/** What happened that must not. */
export class Violation extends Error {}

interface Asked extends Demand {
  readonly tier: 'visible' | 'background' | 'pinned';
  askedAt: UnixMs | null;
}

/** One machine, one program, one server and whoever else uses the key, over some days; all chosen by the seed. */
export class SimulatedLife {
  readonly #random: () => number;
  readonly #mode: 'always' | 'sometimes' | 'never';
  readonly #hasOthers: boolean;
  readonly #counts: readonly SimulatedCount[];
  readonly #rules: readonly LimitRule[];
  readonly #weights: Weights;
  readonly #isCalm: boolean;
  readonly #stepMs: number;
  #override: PlanOverride;
  #demands: Asked[];

  #time: number;
  #wallAhead = 0;
  #elapsed = 0;
  #nextId = 1;
  readonly #kept = new Map<number, Spend>();
  #keptTold: Remembered | null = null;
  #keptTime: number | null = null;
  #clock!: CarefulClock;
  #ledger!: Ledger;
  #flights: Flight[] = [];
  #startedAhead = false;

  #othersSince = 0;
  #newestProcessed = 0;
  #backgroundSent = 0;
  #window = -1;
  /** Of each demand: the last true window in which it was asked. */
  #askedIn: number[] = [];
  #isSpoilt = true;
  counted = { requests: 0, clicks: 0, refusals: 0, fairWindows: 0, restarts: 0, jumps: 0, sleeps: 0, others: 0 };

  constructor(seed: number) {
    const random = (this.#random = randomFrom(seed));
    this.#mode = pick(random, ['always', 'sometimes', 'never']);
    const window = this.#mode === 'never' && random() < 0.4 ? 'rolling' : 'fixed';
    this.#hasOthers = this.#mode === 'always' && random() < 0.3;
    this.#isCalm = random() < 0.35;
    const windowMs = pick(random, [hour, 8 * hour, 24 * hour, 24 * hour]);
    const phaseMs = this.#mode === 'always' ? Math.floor(random() * windowMs) : 0;
    const amount = 3 + Math.floor(random() * random() * 50);
    const rules: ServerRule[] = [{ id: 'day', amount, windowMs, window, phaseMs }];
    if (random() < 0.4) {
      const burst = 2 + Math.floor(random() * 6);
      const kind = pick(random, ['fixed', 'rolling'] as const);
      rules.push({ id: 'minute', amount: burst, windowMs: minute, window: kind, phaseMs: 0 });
    }
    this.#counts = rules.map((rule) => new SimulatedCount(rule));
    this.#rules = rules.map((rule) => ({
      ...rule,
      label: 'calls a window',
      unit: 'calls',
      told: rule.id === 'day' && this.#mode !== 'never',
      basis: '',
    }));
    this.#weights = Object.fromEntries(rules.map(({ id }) => [id, 1]));
    this.#override = { amounts: {}, reserve: Math.floor(random() * Math.min(11, amount)), hours: null };
    this.#demands = [];
    this.#chooseDemands();
    this.#stepMs = windowMs / 40;
    this.#time = 1_700_000_000_000 + Math.floor(random() * 1e10);
    if (random() < 0.2) this.#wallAhead = this.#jump();
    this.#start();
  }

  get #now(): number {
    return Math.round(this.#time + this.#wallAhead);
  }

  /** Throws Violation. */
  run(days: number): void {
    const windowMs = this.#rules[0]?.windowMs ?? 0;
    const until = this.#time + days * windowMs;
    while (this.#time < until) this.#step();
    this.#checkNothingIsStuck(2 * windowMs + hour);
  }

  #step(): void {
    const random = this.#random;
    const step = random() < 0.3 ? random() * 20 * second : random() * 2 * this.#stepMs;
    const event = random();
    if (event < 0.02 && !this.#isCalm) this.#sleep();
    else if (event < 0.04) this.#jumpWall();
    else if (event < 0.055) this.#restart();
    else if (event < 0.07 && !this.#isCalm) this.#changeSettings();
    else if (event < 0.12 && !this.#isCalm && !this.#hasOthers) this.#click();
    else if (event < 0.2 && this.#hasOthers) this.#otherProgram();
    this.#pass(step);
    this.#poll();
  }

  #pass(step: number): void {
    const end = this.#time + step;
    for (;;) {
      const at = this.#nextEvent(end);
      this.#elapsed += at - this.#time;
      this.#time = at;
      this.#turnWindow();
      if (!this.#happen()) {
        if (at >= end) return;
      }
    }
  }

  #nextEvent(end: number): number {
    let next = end;
    for (const flight of this.#flights) {
      const isComing = flight.state === 'under way' && flight.arrives;
      const at = isComing ? Math.min(flight.arrivesAt, flight.answersAt) : flight.answersAt;
      if (at < next) next = Math.max(at, this.#time);
    }
    return next;
  }

  /** Arrivals and answers that are due; false: there were none. */
  #happen(): boolean {
    let any = false;
    for (const flight of this.#flights) {
      if (flight.state === 'under way' && flight.arrives && flight.arrivesAt <= this.#time) {
        this.#arrive(flight);
        any = true;
      }
    }
    const due = this.#flights.filter(({ answersAt }) => answersAt <= this.#time);
    if (due.length === 0) return any;
    this.#flights = this.#flights.filter((flight) => !due.includes(flight));
    for (const flight of due) {
      if (flight.state === 'processed' && flight.isAnswered) this.#answer(flight);
      else this.#ledger.lost(flight.id);
    }
    return true;
  }

  #arrive(flight: Flight): void {
    const time = this.#time;
    flight.state = 'processed';
    const end = this.#counts[0]?.windowEnd(time) ?? 0;
    // Cut to seconds, a told reset is relied on a second later.
    if (flight.takenAt < end - (this.#rules[0]?.windowMs ?? 0) + second) this.#carried++;
    flight.processedAt = time;
    flight.date = Math.floor(time / second) * second;
    const over = this.#counts.find((count) => count.used(time) + 1 > count.rule.amount);
    if (over) {
      this.counted.refusals++;
      if (!flight.isBlind)
        throw new Violation(`one over the limit of ${over.rule.id} (${flight.isUser ? 'click' : 'poll'})`);
      flight.retryAt = over.retryAt(time);
    } else {
      for (const count of this.#counts) count.count(time);
      this.counted.requests++;
    }
    const isTold = this.#mode === 'always' || (this.#mode === 'sometimes' && this.#random() < 0.5);
    flight.limits = isTold ? (this.#counts[0]?.limits(time) ?? null) : null;
  }

  #answer(flight: Flight): void {
    if (flight.limits && flight.processedAt > this.#newestProcessed) {
      this.#newestProcessed = flight.processedAt;
      this.#othersSince = this.#othersAfter.filter((at) => at > flight.processedAt).length;
      this.#othersAfter = this.#othersAfter.filter((at) => at > flight.processedAt);
    }
    this.#clock.heard(unixMs(flight.date));
    if (flight.limits) {
      const { limit, remaining, resetAt } = flight.limits;
      const reset = resetAt === null ? null : unixMs(resetAt);
      this.#ledger.told({ limit, remaining, resetAt: reset, seenAt: this.#clock.time() }, flight.id);
    }
    if (flight.retryAt !== null) {
      const seconds = Math.ceil((flight.retryAt - flight.processedAt) / second);
      if (this.#random() < 0.7) this.#ledger.spentUntil(unixMs(this.#clock.time() + seconds * second));
    }
    for (const spend of this.#ledger.answered(flight.id, unixMs(flight.date))) this.#kept.set(spend.id, spend);
    this.#keep();
  }

  #keep(): void {
    this.#keptTold = this.#ledger.remembered();
    this.#keptTime = this.#clock.time();
  }

  #othersAfter: number[] = [];

  #otherProgram(): void {
    const most = this.#override.reserve - 1;
    if (this.#othersSince >= most) return;
    const [count] = this.#counts;
    if (!count || count.used(this.#time) >= count.rule.amount) return;
    count.count(this.#time);
    this.#othersSince++;
    this.#othersAfter.push(this.#time);
    this.counted.others++;
    this.#isSpoilt = true;
  }

  /** The true window changed: were those asked that had to be? */
  #turnWindow(): void {
    const [count] = this.#counts;
    const window = count?.window(this.#time) ?? 0;
    if (!count || window === this.#window) return;
    const room = count.rule.amount - this.#override.reserve - this.#carried;
    const hasRoom = room >= this.#demands.filter(({ tier }) => tier !== 'background').length;
    // Where headers come only sometimes, a request answered without one may be taken off twice until the next.
    const isExact = this.#mode !== 'sometimes' && this.#counts.length === 1;
    if (!this.#isSpoilt && this.#isCalm && isExact && count.rule.window === 'fixed' && hasRoom) {
      this.counted.fairWindows++;
      this.#demands.forEach(({ tier }, index) => {
        if (tier === 'visible' && this.#askedIn[index] !== this.#window) {
          throw new Violation(`visible demand ${index} of ${this.#demands.length} was not asked in a window with room`);
        }
      });
    }
    this.#window = window;
    this.#isSpoilt = !this.#clock.hasHeard;
    this.#carried = 0;
  }

  /** Requests of this true window that the program takes for the last one's. */
  #carried = 0;

  #poll(): void {
    if (!this.#mayAskMore()) return;
    const now = this.#clock.time();
    for (const demand of this.#demands) {
      if (demand.askedAt === null || demand.askedAt <= now) continue;
      // Asked by a clock that was ahead: nobody can tell in which window.
      demand.askedAt = now;
      this.#isSpoilt = true;
    }
    const { intervals } = plan(this.#demands, this.#ledger.windows());
    for (let index = 0; index < this.#demands.length; index++) {
      const demand = this.#demands[index];
      const interval = intervals[index] ?? null;
      if (!demand || interval === null) continue;
      if (demand.askedAt !== null && now < demand.askedAt + interval) continue;
      if (!this.#mayAskMore()) return;
      if (!this.#ask(index, false)) continue;
      demand.askedAt = now;
    }
  }

  /** Until the first `Date`, one at a time. */
  #mayAskMore(): boolean {
    return this.#clock.hasHeard || this.#flights.length === 0;
  }

  #click(): void {
    this.#isSpoilt = true;
    const clicks = 1 + Math.floor(this.#random() * 4);
    for (let click = 0; click < clicks && this.#mayAskMore(); click++) if (this.#ask(-1, true)) this.counted.clicks++;
  }

  #ask(demand: number, isUser: boolean): boolean {
    const permission = this.#ledger.look(this.#weights, isUser ? 'user' : 'background');
    if (!permission.ok) {
      if (permission.waitUntil <= this.#clock.time()) throw new Violation('told to wait for a moment that has passed');
      return false;
    }
    const isBlind = !this.#clock.hasHeard && this.#startedAhead;
    if (!isUser && !isBlind && !this.#hasOthers) this.#checkReserve();
    const at = this.#clock.time();
    const id = this.#nextId++;
    this.#kept.set(id, { id, at, weights: this.#weights, isOpen: true });
    this.#ledger.take({ id, at, weights: this.#weights });
    const random = this.#random;
    const luck = random();
    if (luck < 0.005 && !this.#isOver) {
      this.#restart();
      return true;
    }
    if (luck < 0.01) {
      this.#ledger.giveBack(id);
      this.#kept.delete(id);
      return false;
    }
    const isLate = random() < 0.1;
    const arrivesAt = this.#time + random() * (isLate ? 20 * second : 300);
    const arrives = this.#isCalm || random() > 0.02;
    const isAnswered = this.#isCalm || random() > 0.02;
    const takes = random() * (isLate ? 25 * second : 300);
    this.#flights.push({
      id,
      isUser,
      takenAt: at,
      demand,
      isBlind,
      arrivesAt,
      answersAt: arrives && isAnswered ? arrivesAt + takes : this.#time + 60 * second,
      arrives,
      isAnswered,
      state: 'under way',
      date: 0,
      limits: null,
      retryAt: null,
      processedAt: 0,
    });
    if (!isUser) {
      this.#backgroundSent++;
      this.#askedIn[demand] = this.#counts[0]?.window(arrivesAt) ?? 0;
      if (!arrives) this.#isSpoilt = true;
    }
    return true;
  }

  /** Before a request that the user did not ask for: by the server's own count the reserve stays whole. */
  #checkReserve(): void {
    const [count] = this.#counts;
    if (!count) return;
    const underWay = this.#flights.filter(({ state, arrives }) => arrives && state === 'under way').length;
    if (count.used(this.#time) + underWay + 1 > count.rule.amount - this.#override.reserve) {
      throw new Violation('a poll took from the reserve');
    }
  }

  #sleep(): void {
    this.counted.sleeps++;
    this.#isSpoilt = true;
    const asleep = this.#random() * (this.#random() < 0.5 ? hour : 1.5 * (this.#rules[0]?.windowMs ?? 0));
    const end = this.#time + asleep;
    for (const flight of this.#flights) {
      if (flight.state === 'under way' && flight.arrives && flight.arrivesAt <= end) {
        this.#time = Math.max(this.#time, flight.arrivesAt);
        this.#turnWindow();
        this.#isSpoilt = true;
        this.#arrive(flight);
      }
    }
    this.#time = end;
    this.#turnWindow();
    this.#isSpoilt = true;
  }

  #jump(): number {
    const size = this.#random() < 0.5 ? 10 * second : 30 * hour;
    return Math.round((this.#random() - 0.5) * 2 * size);
  }

  #jumpWall(): void {
    this.counted.jumps++;
    this.#wallAhead = this.#random() < 0.4 ? 0 : this.#jump();
  }

  #restart(): void {
    this.counted.restarts++;
    this.#isSpoilt = true;
    // What had left the machine still arrives; nobody waits for its answer.
    for (const flight of this.#flights) {
      if (flight.state === 'under way' && flight.arrives) this.#orphans.push(flight);
    }
    this.#flights = [];
    const end = this.#time + 30 * second + this.#random() * (this.#random() < 0.5 ? minute : 3 * hour);
    for (const flight of this.#orphans.toSorted((a, b) => a.arrivesAt - b.arrivesAt)) {
      this.#time = Math.max(this.#time, flight.arrivesAt);
      this.#arrive(flight);
    }
    this.#orphans = [];
    this.#time = Math.max(this.#time, end);
    this.#elapsed = this.#random() * hour;
    this.#turnWindow();
    this.#isSpoilt = true;
    this.#start();
  }

  #orphans: Flight[] = [];
  #isOver = false;

  #start(): void {
    const parts = { now: () => unixMs(this.#now), elapsed: () => this.#elapsed };
    this.#clock = new CarefulClock(parts, this.#keptTime === null ? null : unixMs(this.#keptTime));
    this.#startedAhead = this.#clock.time() > this.#time;
    this.#ledger = new Ledger({
      rules: this.#rules,
      override: this.#override,
      time: () => this.#clock.time(),
      spent: [...this.#kept.values()],
      told: this.#keptTold,
    });
  }

  #changeSettings(): void {
    this.#isSpoilt = true;
    const amount = this.#rules[0]?.amount ?? 1;
    const random = this.#random;
    const isLess = random() < 0.3;
    this.#override = {
      amounts: isLess ? { day: Math.ceil(amount * random()) } : {},
      reserve: this.#hasOthers ? this.#override.reserve : Math.floor(random() * Math.min(11, amount)),
      hours: random() < 0.3 ? 1 + random() * 10 : null,
    };
    this.#ledger.override = this.#override;
    if (random() < 0.5) this.#chooseDemands();
  }

  #chooseDemands(): void {
    const random = this.#random;
    const size = random() < 0.9 ? 1 + Math.floor(random() * 5) : 1 + Math.floor(random() * 50);
    const windowMs = this.#rules[0]?.windowMs ?? 0;
    this.#demands = Array.from({ length: size }, () => ({
      weights: this.#weights,
      wantedMs: minute + Math.floor(random() * random() * (windowMs / 3)),
      tier: pick(random, ['visible', 'visible', 'background', 'pinned'] as const),
      askedAt: null,
    }));
    this.#askedIn = [];
  }

  /** The weather clears: polls go out again, and again after the next reset. */
  #checkNothingIsStuck(withinMs: number): void {
    const rule = this.#rules[0];
    this.#isOver = true;
    this.#isSpoilt = true;
    this.#override = { amounts: {}, reserve: this.#hasOthers ? this.#override.reserve : 0, hours: null };
    this.#ledger.override = this.#override;
    if (!rule) return;
    for (let round = 0; round < 2; round++) {
      const before = this.#backgroundSent;
      const until = this.#time + withinMs;
      while (this.#time < until && this.#backgroundSent === before) {
        this.#pass(rule.windowMs / 50);
        this.#poll();
      }
      if (this.#backgroundSent === before) throw new Violation('nothing goes out any more');
    }
  }
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
