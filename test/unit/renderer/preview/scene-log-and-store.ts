import { failure, FailureError } from '../../../../src-main/contract/failure.ts';
import type { StoreJob, StoreJobName } from '../../../../src-main/contract/keeping.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import type { Settings } from '../../../../src-main/contract/settings.ts';
import type { Environment } from '../../../../src-main/contract/source.ts';
import type { FakeBridge, Handlers } from '../fake-bridge.ts';
import { sceneConnections, sceneRequests } from './scene-connections.ts';
import { scenePreview, sceneStore } from './scene-keeping.ts';

interface Stage {
  readonly scene: string;
  readonly environment: Environment;
  readonly bridge: () => FakeBridge;
  readonly change: (patch: Partial<Settings>) => Settings;
}

/** The requests about the log and the database. */
export function logAndStore({ scene, environment, bridge, change }: Stage): Handlers {
  const refused = (): never => {
    throw new FailureError(failure('store', 'The database cannot be read: the disk does not answer.'));
  };
  const isBroken = scene === 'logfail';
  const count = { value: scene === 'empty' ? 0 : 860 };
  if (scene === 'states') {
    setInterval(() => {
      count.value += 1;
      bridge().send('requests/changed', { newest: count.value });
    }, 700);
  }
  const job = (name: StoreJobName, done: number, text: string, state: StoreJob['state'] = 'running'): void =>
    bridge().send('store/job', { name, state, done, text, at: unixMs(Date.now()) });
  /** A long job in twenty steps. */
  const run = async (name: StoreJobName, end: string): Promise<void> => {
    for (let step = 0; step <= 20; step += 1) {
      job(name, step / 20, `${step * 41_664} of 833,280 pages.`);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    job(
      name,
      1,
      scene === 'error' ? 'The disk is full; the half-written file was removed.' : end,
      scene === 'error' ? 'failed' : 'done',
    );
    if (scene === 'error') refused();
  };
  return {
    'connections/read': (question) =>
      isBroken
        ? refused()
        : sceneConnections(question, sceneRequests(Date.now(), environment, count.value), Date.now()),
    'diagnostics/copy': () => Array.from({ length: 412 }, (_, index) => `line ${index + 1}`).join('\n'),
    'rejected/export': () => ({ file: '/home/trader/rejected-2025-11-21.jsonl', bytes: 48_112, count: 3 }),
    'store/state': () => (isBroken ? refused() : sceneStore(Date.now())),
    'retention/preview': (retention) => scenePreview(retention, Date.now()),
    'retention/apply': (retention) => change({ retention }),
    'store/backup': async () => {
      await run('backup', 'The copy was read back and is whole.');
      return { file: '/home/trader/backups/halcyon-2025-11-21.db', bytes: 3_412_992_000, count: 2_621_528 };
    },
    'store/restore': () => null,
    'store/check': async () => {
      await run('check', 'Every page is whole.');
      return sceneStore(Date.now());
    },
  };
}
