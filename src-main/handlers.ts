import type { BugReport } from './bug-report.ts';
import type { LinkName, Requests } from './contract/channels.ts';
import { toFailure, type Result } from './contract/failure.ts';
import type { ProviderId } from './contract/source.ts';
import type { Credentials } from './credentials.ts';
import type { EngineLink } from './engine-link.ts';
import type { EngineRequestName } from './engine-messages.ts';
import type { FileRequests } from './file-requests.ts';
import type { Handlers } from './ipc.ts';
import type { TriedSecrets } from './log/tried-secrets.ts';

export interface HandlerContext {
  readonly engine: () => Pick<EngineLink, 'request'>;
  readonly credentials: Credentials;
  readonly tried: TriedSecrets;
  /** Tells the engine what is kept of this provider now. */
  readonly handOver: (provider: ProviderId) => void;
  readonly bugs: BugReport;
  readonly files: FileRequests;
  readonly copyDiagnostics: () => Promise<Result<string>>;
  readonly openLink: (name: LinkName) => Promise<void>;
}

/** Who answers each request: the engine, or the main thread itself. */
export function createHandlers(context: HandlerContext): Handlers {
  const { engine, credentials, tried, handOver, bugs, files, copyDiagnostics, openLink } = context;

  const toEngine =
    <Name extends EngineRequestName>(name: Name) =>
    async (args: Requests[Name]['args']): Promise<Result<Requests[Name]['value']>> =>
      bugs.check(await engine().request(name, args));

  /** Changes what the engine may use. */
  async function withCredential<T>(provider: ProviderId, change: () => Promise<T>): Promise<Result<T>> {
    try {
      return { ok: true, value: await change() };
    } catch (thrown) {
      return bugs.check({ ok: false, failure: toFailure(thrown) });
    } finally {
      handOver(provider);
    }
  }

  /** A keychain that was locked, or not running, may be there now; what it answers is handed on whenever it does. */
  async function readAgain(provider: ProviderId): Promise<void> {
    const { kept, keychainProblem } = credentials.state(provider);
    if (kept !== 'none' || keychainProblem === null) return;
    await credentials.load(provider);
    handOver(provider);
  }

  return {
    'app/start': toEngine('app/start'),
    'settings/change': toEngine('settings/change'),
    'market/choose': toEngine('market/choose'),
    'workspace/want': toEngine('workspace/want'),
    'candles/read': toEngine('candles/read'),
    'snapshot/latest': toEngine('snapshot/latest'),
    'snapshot/refresh': toEngine('snapshot/refresh'),
    'snapshot/at': toEngine('snapshot/at'),
    'volumes/read': toEngine('volumes/read'),
    'liquidations/read': toEngine('liquidations/read'),
    'history/plan': toEngine('history/plan'),
    'history/start': toEngine('history/start'),
    'history/stop': toEngine('history/stop'),
    'history/forget': toEngine('history/forget'),
    'provider/configure': toEngine('provider/configure'),
    'provider/test': (args) => tried.during(args.secret, () => toEngine('provider/test')(args)),
    'provider/retry': (args) => {
      void readAgain(args.provider);
      return toEngine('provider/retry')(args);
    },
    'plan/forecast': toEngine('plan/forecast'),
    'connections/read': toEngine('connections/read'),
    'store/state': toEngine('store/state'),
    'retention/preview': toEngine('retention/preview'),
    'retention/apply': toEngine('retention/apply'),
    'store/check': toEngine('store/check'),
    ...files,
    'diagnostics/copy': copyDiagnostics,
    'credential/keep': ({ provider, secret, sessionOnly }) =>
      tried.during(secret, () => withCredential(provider, () => credentials.keep(provider, secret, sessionOnly))),
    'credential/remove': ({ provider }) => withCredential(provider, () => credentials.remove(provider)),
    'app/open-link': async (name) => {
      await openLink(name);
      return { ok: true, value: null };
    },
  };
}
