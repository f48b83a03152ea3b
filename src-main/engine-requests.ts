import type { Requests } from './contract/channels.ts';
import { engineText } from './diagnostics/engine-text.ts';
import { writeRejected } from './diagnostics/rejected-file.ts';
import type { EngineJobName, EngineJobs, EngineRequestName } from './engine-messages.ts';
import type { EngineRun } from './engine-run.ts';
import { Redactor } from './log/redactor.ts';

type Handlers = {
  readonly [Name in EngineRequestName]: (
    run: EngineRun,
    args: Requests[Name]['args'],
  ) => Requests[Name]['value'] | Promise<Requests[Name]['value']>;
};

type Jobs = {
  readonly [Name in EngineJobName]: (
    run: EngineRun,
    args: EngineJobs[Name]['args'],
  ) => EngineJobs[Name]['value'] | Promise<EngineJobs[Name]['value']>;
};

const newestRequests = 50;
const mostExported = 10_000;

/** What the renderer asks of the engine; `replacedEvents`: how many a newer one replaced while they waited. */
export const engineRequests = (replacedEvents: () => number): Handlers => ({
  'app/start': ({ hub }) => hub.startState(),
  'settings/change': ({ hub }, change) => hub.changeSettings(change),
  'market/choose': ({ hub, starting }, market) => {
    starting.now();
    return hub.chooseMarket(market);
  },
  'workspace/want': ({ hub }, wanted) => {
    hub.want(wanted);
    return null;
  },
  'candles/read': async ({ hub, starting }, args) => {
    const series = await hub.readCandles(args);
    if (series) starting.painted();
    return series;
  },
  'snapshot/latest': ({ hub }, { provider, asset, kind }) => hub.cache.latest(provider, asset, kind),
  'snapshot/refresh': ({ hub, starting }, args) => {
    starting.now();
    return hub.refresh(args);
  },
  'snapshot/at': ({ hub }, args) => hub.profileAt(args),
  'volumes/read': ({ hub }, args) => hub.cache.volumes(args),
  'liquidations/read': ({ hub }, args) => hub.cache.liquidations(args),
  'history/plan': ({ hub }, query) => hub.history.plan(query),
  'history/start': ({ hub }, query) => hub.history.start(query),
  'history/stop': ({ hub }, { id }) => hub.history.stop(id),
  'history/forget': ({ hub }, { id }) => hub.history.forget(id),
  'provider/configure': ({ hub }, { provider, settings }) => hub.configure(provider, settings),
  'provider/test': ({ hub }, args) => hub.test(args),
  'provider/retry': ({ hub }, { provider }) => {
    hub.retry(provider);
    return null;
  },
  'plan/forecast': ({ hub }, question) => hub.forecast(question),
  'connections/read': ({ hub }, question) => hub.connections(question, replacedEvents()),
  'store/state': ({ work }) => work.state(),
  'retention/preview': ({ work }, retention) => work.preview(retention),
  'retention/apply': (run, retention) => run.applyRetention(retention),
  'store/check': ({ work }) => work.check(),
});

/** What the main thread asks of it. */
export const engineJobs = (replacedEvents: () => number): Jobs => ({
  'diagnostics/engine': async ({ hub, work }) => {
    const question = { provider: null, before: null, limit: newestRequests };
    const read = <T>(get: () => T): T | null => {
      try {
        return get();
      } catch {
        return null;
      }
    };
    return engineText({
      start: read(() => hub.startState()),
      connections: read(() => hub.connections(question, replacedEvents())),
      store: await work.state().catch(() => null),
    });
  },
  'rejected/write': ({ store, secrets }, { file }) =>
    writeRejected(file, store.rejected.list(mostExported), new Redactor(secrets)),
  'store/backup-to': ({ work }, { file }) => work.backUp(file),
  'store/read-backup': ({ work }, { file }) => work.stage(file),
});
