import type { PlanSettings } from '../../../src-main/contract/plan.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { expect, onTestFinished, vi } from 'vitest';

import type { EventName, Events, Wanted } from '../../../src-main/contract/channels.ts';
import { FailureError, type Failure } from '../../../src-main/contract/failure.ts';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { unixMs, type UnixMs } from '../../../src-main/contract/market.ts';
import type { ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import { defaultSettings, type ProviderSettings } from '../../../src-main/contract/settings.ts';
import type { Snapshot, SnapshotKind } from '../../../src-main/contract/snapshot.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { fixedClock } from '../../../src-main/demo/clock.ts';
import { demoProviders } from '../../../src-main/demo/servers.ts';
import { Budgets } from '../../../src-main/feeds/budgets.ts';
import { Hub } from '../../../src-main/feeds/hub.ts';
import { StoreGuard } from '../../../src-main/feeds/store-guard.ts';
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src-main/net/http.ts';
import { trackSockets } from '../../../src-main/net/shared-socket.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import type { SocketEnvironment } from '../../../src-main/net/socket-environment.ts';
import { providers } from '../../../src-main/providers/index.ts';
import { openStore, type Store } from '../../../src-main/store/database.ts';
import { eliteKey, startServers, type ServerOptions, type Servers } from '../../e2e/servers.ts';

/** The data engine as its thread composes it, on real servers, sockets and disk; only the window is missing. */
export interface Engine {
  readonly hub: Hub;
  readonly store: Store;
  readonly file: string;
  readonly events: readonly [EventName, unknown][];
  /** All events of that name, in order. */
  of<Name extends EventName>(name: Name): Events[Name][];
  status(provider?: ProviderId): ProviderStatus;
  /** What the screen says about one kind of one asset now: the last failure told, or null. */
  trouble(asset: string, kind: SnapshotKind): Failure | null | undefined;
  useKey(apiKey: string): void;
  /** The credential that a loopback server of the simulated market lets in. */
  useDemoKey(provider: ProviderId): void;
  /** Rows by a connection of their own, as another program would read them. */
  rows<Row>(sql: string): Row[];
  /** Ends as a quitting app does. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly file?: string;
  /** Null: no key yet. */
  readonly key?: string | null;
  readonly settings?: Partial<Readonly<Record<ProviderId, ProviderSettings>>>;
  readonly wanted?: Wanted;
  readonly http?: HttpClientOptions;
  readonly socket?: Partial<SocketEnvironment>;
  readonly now?: () => UnixMs;
  /** Absent: this machine's monotonic clock. */
  readonly elapsed?: () => number;
  /** Absent: the shortest pauses that the back-off allows, 200 ms. */
  readonly random?: () => number;
  /** What stands between the engine and the network. */
  readonly through?: (client: HttpClient) => HttpClient;
  /** The user's own word on plans. */
  readonly plans?: PlanSettings['providers'];
}

/** What a screen wants of Kingfisher alone: maps and profiles of all watched assets, the rest of the focused one. */
export function kingfisherKinds(
  kinds: readonly SnapshotKind[],
): Pick<Wanted, 'snapshots' | 'volumes' | 'liquidations'> {
  const everywhere: readonly SnapshotKind[] = ['liquidation-map', 'gex'];
  return {
    snapshots: kinds.map((kind) => ({
      provider: 'kingfisher',
      kind,
      scope: everywhere.includes(kind) ? 'watchlist' : 'focus',
    })),
    volumes: [],
    liquidations: false,
  };
}

/** The map of BTC is all that is asked for, unless a test says otherwise. */
export const onlyBtcMap: Wanted = {
  assets: ['BTC'],
  visible: ['BTC'],
  focus: { asset: 'BTC', timeframe: '15m' },
  ...kingfisherKinds(['liquidation-map']),
};

/** Nothing in the background. */
export const nothing: Wanted = {
  assets: [],
  visible: [],
  focus: { asset: 'BTC', timeframe: '15m' },
  ...kingfisherKinds([]),
};

export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'halcyon.db');
}

/** Servers that end with the test. Their market stands still at this moment, so that answers are equal until a test changes them. */
export async function stillServers(options: Omit<ServerOptions, 'clock'> = {}): Promise<Servers> {
  const servers = await startServers({ ...options, clock: fixedClock(Date.now()) });
  onTestFinished(() => servers.close());
  return servers;
}

export async function runningServers(options: ServerOptions = {}): Promise<Servers> {
  const servers = await startServers(options);
  onTestFinished(() => servers.close());
  return servers;
}

export function startEngine(servers: Pick<Servers, 'settings'>, options: EngineOptions = {}): Engine {
  const file = options.file ?? temporaryFile();
  const now = options.now ?? (() => unixMs(Date.now()));
  const { store, notices } = openStore(file, { now });
  const events: [EventName, unknown][] = [];
  const publish = <Name extends EventName>(name: Name, event: Events[Name]) => void events.push([name, event]);
  const wanted = options.wanted ?? onlyBtcMap;
  store.settings.write({
    ...defaultSettings,
    market: 'live',
    watchlist: wanted.assets,
    focus: wanted.focus,
    plan: { ...defaultSettings.plan, providers: options.plans ?? {} },
    providers: { ...servers.settings, ...options.settings },
  });
  const random = options.random ?? (() => 0);
  const client = createHttpClient({ now, ...options.http });
  const http = options.through?.(client) ?? client;
  const sockets = trackSockets(createOpenSocket({ random, ...options.socket }));
  const guard = new StoreGuard(publish, now);
  const elapsed = options.elapsed ?? (() => performance.now());
  const hub = new Hub({
    store,
    guard,
    budgets: new Budgets({ store, guard, now, elapsed }),
    logged: () => undefined,
    checkStreams: () => sockets.checkAll(),
    notices,
    providers,
    http,
    openSocket: sockets.open,
    now,
    elapsed,
    random,
    version: '0.0.0',
    profile: '',
    simulated: false,
    publish,
    startSimulation: () => Promise.reject(new Error('the live market is tested here')),
    stopSimulation: () => undefined,
  });
  const useKey = (apiKey: string) =>
    hub.setKey('kingfisher', { secret: { apiKey }, state: { kept: 'session', keychainProblem: null } });
  const useDemoKey = (provider: ProviderId): void => {
    const secret = demoProviders[provider]?.secret ?? null;
    hub.setKey(provider, { secret, state: { kept: secret ? 'session' : 'none', keychainProblem: null } });
  };
  hub.want(wanted);
  hub.start();
  if (options.key !== null) useKey(options.key ?? eliteKey);
  else hub.setKey('kingfisher', { secret: null, state: { kept: 'none', keychainProblem: null } });

  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    hub.close();
    store.close();
    await client.close();
  };
  onTestFinished(stop);

  const of = <Name extends EventName>(name: Name) =>
    events.filter(([found]) => found === name).map(([, event]) => event as Events[Name]);
  return {
    hub,
    store,
    file,
    events,
    of,
    useKey,
    useDemoKey,
    stop,
    status: (provider = 'kingfisher') => {
      const found = hub.startState().statuses.find(({ id }) => id === provider);
      if (!found) throw new Error(`no status of ${provider}`);
      return found;
    },
    trouble: (asset, kind) =>
      of('snapshot/trouble').findLast((one) => one.asset === asset && one.kind === kind)?.failure,
    rows: <Row>(sql: string) => {
      const db = new Database(file, { readonly: true });
      try {
        return db.prepare(sql).all() as Row[];
      } finally {
        db.close();
      }
    },
  };
}

/** Waits until the check passes; the check says what is missing when it never does. */
export const until = <T>(check: () => T): Promise<T> => vi.waitFor(check, { timeout: 18_000, interval: 10 });

/** The newest committed map. */
export function mapOf(engine: Engine, asset = 'BTC'): LiquidationMap {
  const map = engine.hub.cache.latest('kingfisher', asset, 'liquidation-map');
  if (map?.kind !== 'liquidation-map') throw new Error(`no map of ${asset} is kept`);
  return map;
}

export const untilMap = (engine: Engine, asset = 'BTC'): Promise<LiquidationMap> => until(() => mapOf(engine, asset));

/** What a refused refresh threw. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(FailureError);
  return (thrown as FailureError).failure;
}

/** The values of a snapshot, without when and how they came. */
export function valuesOf(snapshot: Snapshot): Omit<Snapshot, 'receivedAt' | 'confirmedAt' | 'transport'> {
  const { receivedAt: _received, confirmedAt: _confirmed, transport: _transport, ...values } = snapshot;
  return values;
}

/** The levels of a map, whatever way they came. */
export const levelsOf = ({ prices, longs, shorts }: LiquidationMap): object => ({ prices, longs, shorts });
