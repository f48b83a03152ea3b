import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventName, Events, Notice } from './contract/channels.ts';
import { toFailure } from './contract/failure.ts';
import type { Retention, StoreJob } from './contract/keeping.ts';
import type { UnixMs } from './contract/market.ts';
import type { Settings } from './contract/settings.ts';
import { DeferredStart } from './deferred-start.ts';
import type { EngineOptions } from './engine-messages.ts';
import { Budgets } from './feeds/budgets.ts';
import { Hub } from './feeds/hub.ts';
import { StoreGuard } from './feeds/store-guard.ts';
import type { HttpClient } from './net/http.ts';
import type { OpenSocket } from './net/socket.ts';
import { providers } from './providers/index.ts';
import type { Simulation } from './simulation.ts';
import { StoreWork } from './store-work.ts';
import { carryOver } from './store/carry-over.ts';
import { openStore, type Store } from './store/database.ts';
import { finishRestore } from './store/restore.ts';

export interface RunTools {
  readonly options: EngineOptions;
  readonly now: () => UnixMs;
  readonly http: HttpClient;
  readonly sockets: { readonly open: OpenSocket; checkAll(): void };
  readonly simulation: Simulation;
  /** `store/worker.ts` as it was built. */
  readonly storeScript: URL;
  /** Every secret that is known now, to be masked. */
  readonly secrets: () => readonly string[];
  publish<Name extends EventName>(name: Name, event: Events[Name]): void;
}

export const databaseIn = (profile: string): string => join(profile, 'halcyon.db');

const firstCompactionMs = 10_000;
const compactEveryMs = 60_000;
const betweenSlicesMs = 200;
const firstPruneMs = 60_000;
const pruneEveryMs = 3_600_000;

/** The store and all that lives on it, from opening to closing. */
export class EngineRun {
  readonly store: Store;
  readonly guard: StoreGuard;
  readonly hub: Hub;
  readonly starting: DeferredStart;
  readonly work: StoreWork;
  readonly secrets: () => readonly string[];
  readonly #ended = new AbortController();
  readonly #now: () => UnixMs;

  /** Throws FailureError when the database cannot be opened: nothing is fetched that could not be kept. */
  constructor({ options, now, http, sockets, simulation, storeScript, secrets, publish }: RunTools) {
    const file = databaseIn(options.profile);
    const { aside, told: onRestore } = putInPlace(file, options.restoreFrom, now);
    const { store, notices } = openStore(file, { now, appVersion: options.version });
    notices.push(...onRestore);
    if (aside !== null) carryOver(aside, store);
    const elapsed = (): number => performance.now();
    const guard = new StoreGuard(publish, now);
    this.store = store;
    this.guard = guard;
    this.#now = now;
    this.secrets = secrets;
    const { signal } = this.#ended;
    const told = (job: StoreJob): void => publish('store/job', job);
    this.work = new StoreWork({ store, file, script: storeScript, now, told, signal });
    this.hub = new Hub({
      store,
      guard,
      notices,
      providers,
      http,
      budgets: new Budgets({ store, guard, now, elapsed }),
      logged: (newest) => publish('requests/changed', { newest }),
      openSocket: sockets.open,
      checkStreams: () => sockets.checkAll(),
      now,
      elapsed,
      random: Math.random,
      version: options.version,
      profile: options.profile,
      simulated: options.simulated,
      publish,
      startSimulation: () => simulation.start(),
      stopSimulation: () => simulation.stop(),
    });
    this.starting = new DeferredStart(() => this.hub.start(), this.hub.hasCandles());
    void this.#compact();
    void this.#keepTo();
  }

  /** Saves what is to be kept, and deletes the rest. Throws FailureError. */
  async applyRetention(retention: Retention): Promise<Settings> {
    const settings = this.hub.changeSettings({ retention });
    await this.work.prune(retention);
    return settings;
  }

  /** Commits what is under way and closes the database. */
  close(): void {
    this.#ended.abort();
    this.starting.cancel();
    this.hub.close();
    this.store.close();
  }

  /** Closed hours are compacted in small slices between the feeds' own work. */
  async #compact(): Promise<void> {
    const { signal } = this.#ended;
    for (let pause = firstCompactionMs; !signal.aborted;) {
      await wait(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      let more = false;
      // What cannot be packed stays as it is, readable; the user is told why.
      this.guard.attempt(() => (more = this.store.snapshots.compact(this.#now()).more));
      pause = more ? betweenSlicesMs : compactEveryMs;
    }
  }

  /** What the user has said is kept no longer goes as time passes. */
  async #keepTo(): Promise<void> {
    const { signal } = this.#ended;
    for (let pause = firstPruneMs; !signal.aborted; pause = pruneEveryMs) {
      await wait(pause, undefined, { signal, ref: false }).catch(() => undefined);
      const { retention } = this.hub.settings;
      if (signal.aborted || (retention.maxAgeDays === null && retention.maxBytes === null)) continue;
      // A disk that is full or failing says so by itself.
      await this.work.prune(retention).catch(toFailure);
    }
  }
}

/** Puts the staged backup in its place; where that fails the former database is in use as before, and it is said. */
function putInPlace(
  file: string,
  from: string | null,
  now: () => UnixMs,
): { readonly aside: string | null; readonly told: readonly Notice[] } {
  if (from === null) return { aside: null, told: [] };
  const notice = (level: Notice['level'], text: string): Notice => ({
    id: 'store-restored',
    ...{ level, text, at: now(), resolved: false },
  });
  try {
    const { aside } = finishRestore(file, { now });
    const former = aside === null ? '' : ` The former database is kept as ${aside}.`;
    return { aside, told: [notice('info', `The backup ${from} is in use.${former}`)] };
  } catch (thrown) {
    const why = toFailure(thrown).message;
    return { aside: null, told: [notice('error', `The backup ${from} was not restored; nothing was changed. ${why}`)] };
  }
}
