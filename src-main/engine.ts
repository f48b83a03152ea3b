import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Requests } from './contract/channels.ts';
import { failure, FailureError, toFailure, type Result } from './contract/failure.ts';
import { unixMs } from './contract/market.ts';
import type { EngineOptions, EngineRequestName, FromEngine, ToEngine } from './engine-messages.ts';
import { DeferredStart } from './deferred-start.ts';
import { Hub } from './feeds/hub.ts';
import { StoreGuard } from './feeds/store-guard.ts';
import { createHttpClient } from './net/http.ts';
import { createOpenSocket } from './net/socket.ts';
import { Outbox } from './outbox.ts';
import { providers } from './providers/index.ts';
import { Simulation } from './simulation.ts';
import { openStore } from './store/database.ts';

const frameMs = 16;
const compactEveryMs = 60_000;
const betweenSlicesMs = 200;

const options = workerData as EngineOptions;
const port = parentPort!;
const now = () => unixMs(Date.now());
const send = (message: FromEngine): void => port.postMessage(message);
const outbox = new Outbox(
  (batch) => send({ type: 'events', batch }),
  (run) => setTimeout(run, frameMs),
);

/** A store that cannot be opened is said by every request; nothing is fetched that could not be kept. */
function open(): ReturnType<typeof openStore> | FailureError {
  try {
    return openStore(join(options.profile, 'halcyon.db'), { now, appVersion: options.version });
  } catch (thrown) {
    return thrown instanceof FailureError ? thrown : new FailureError(toFailure(thrown));
  }
}

const opened = open();
const http = createHttpClient({ now });
const simulation = new Simulation(
  new URL('./demo.js', import.meta.url),
  options.seed === null ? {} : { seed: options.seed },
  () => hub?.simulationDied(),
);
const guard = new StoreGuard((name, notice) => outbox.publish(name, notice), now);
const hub: Hub | null =
  opened instanceof FailureError
    ? null
    : new Hub({
        store: opened.store,
        guard,
        notices: opened.notices,
        providers,
        http,
        openSocket: createOpenSocket(),
        now,
        elapsed: () => performance.now(),
        random: Math.random,
        version: options.version,
        profile: options.profile,
        simulated: options.simulated,
        publish: (name, event) => outbox.publish(name, event),
        startSimulation: () => simulation.start(),
        stopSimulation: () => simulation.stop(),
      });

type Handlers = {
  readonly [Name in EngineRequestName]: (
    hub: Hub,
    args: Requests[Name]['args'],
  ) => Requests[Name]['value'] | Promise<Requests[Name]['value']>;
};

const handlers: Handlers = {
  'app/start': (hub) => hub.startState(),
  'settings/change': (hub, change) => hub.changeSettings(change),
  'market/choose': (hub, market) => {
    starting?.now();
    return hub.chooseMarket(market);
  },
  'workspace/want': (hub, wanted) => {
    hub.want(wanted);
    return null;
  },
  'candles/read': async (hub, args) => {
    const series = await hub.readCandles(args);
    if (series) starting?.painted();
    return series;
  },
  'snapshot/latest': (hub, { provider, asset, kind }) => hub.cache.latest(provider, asset, kind),
  'snapshot/refresh': (hub, args) => {
    starting?.now();
    return hub.refresh(args);
  },
  'snapshot/at': (hub, args) => hub.profileAt(args),
  'volumes/read': (hub, args) => hub.cache.volumes(args),
  'liquidations/read': (hub, args) => hub.cache.liquidations(args),
  'history/plan': (hub, query) => hub.history.plan(query),
  'history/start': (hub, query) => hub.history.start(query),
  'history/stop': (hub, { id }) => hub.history.stop(id),
  'history/forget': (hub, { id }) => hub.history.forget(id),
  'provider/configure': (hub, { provider, settings }) => hub.configure(provider, settings),
  'provider/test': (hub, args) => hub.test(args),
  'provider/retry': (hub, { provider }) => {
    hub.retry(provider);
    return null;
  },
};

async function answer(name: EngineRequestName, args: unknown): Promise<Result<Requests[EngineRequestName]['value']>> {
  try {
    if (opened instanceof FailureError) throw opened;
    if (!hub) throw new FailureError(failure('store', 'The database is not open.'));
    const handle = handlers[name] as (hub: Hub, args: unknown) => Promise<Requests[EngineRequestName]['value']>;
    return { ok: true, value: await handle(hub, args) };
  } catch (thrown) {
    return { ok: false, failure: toFailure(thrown) };
  }
}

let starting: DeferredStart | null = null;

/** Closed hours are compacted in small slices between the feeds' own work. */
function compactSoon(waitMs: number): NodeJS.Timeout | null {
  if (opened instanceof FailureError) return null;
  const { store } = opened;
  return setTimeout(() => {
    let more = false;
    // What cannot be packed stays as it is, readable; the user is told why.
    guard.attempt(() => (more = store.snapshots.compact(now()).more));
    compaction = compactSoon(more ? betweenSlicesMs : compactEveryMs);
  }, waitMs);
}
let compaction = compactSoon(10_000);

port.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'request':
      void answer(message.name, message.args).then((result) => send({ type: 'answer', id: message.id, result }));
      break;
    case 'credential':
      hub?.setKey(message.provider, { secret: message.secret, state: message.state });
      break;
    case 'taken':
      outbox.taken();
      break;
    case 'hold':
      outbox.hold();
      break;
    case 'stop':
      if (compaction) clearTimeout(compaction);
      starting?.cancel();
      hub?.close();
      if (!(opened instanceof FailureError)) opened.store.close();
      send({ type: 'stopped' });
  }
});

starting = hub && new DeferredStart(() => hub.start(), hub.hasCandles());
