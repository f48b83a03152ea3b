import { parentPort, workerData } from 'node:worker_threads';
import type { ProviderId } from '../contract/source.ts';
import { createMarket } from './market/market.ts';
import type { DemoCommand, DemoMessage, DemoOptions } from './messages.ts';
import { demoProviders } from './servers.ts';
import type { DemoServer } from './servers.ts';

/** Thread of the simulated market, in real time: starts on `workerData`, else on the first `start`. */

const defaultSeed = 3;

type Servers = ReadonlyMap<ProviderId, DemoServer>;

const tell = (message: DemoMessage): void => parentPort?.postMessage(message);
let running: Promise<Servers> | null = null;

async function start(options: DemoOptions): Promise<Servers> {
  const market = createMarket(options.seed ?? defaultSeed);
  const ids = Object.keys(demoProviders) as ProviderId[];
  const started = await Promise.all(ids.map(async (id) => [id, await demoProviders[id]!.start({ market })] as const));
  const urls = started.map(([id, { restUrl, streamUrl }]) => [id, { restUrl, streamUrl }] as const);
  const secrets = ids.flatMap((id) => {
    const { secret } = demoProviders[id]!;
    return secret ? [[id, secret] as const] : [];
  });
  tell({ type: 'ready', urls: Object.fromEntries(urls), secrets: Object.fromEntries(secrets) });
  return new Map(started);
}

async function obey(command: DemoCommand): Promise<void> {
  switch (command.type) {
    case 'start':
      running ??= start(command);
      await running;
      return;
    case 'scenario': {
      const servers = await running;
      await servers?.get(command.server)?.scenario(command.scenario, command.endpoint);
      return;
    }
    case 'stop': {
      const servers = (await running) ?? new Map<ProviderId, DemoServer>();
      await Promise.all([...servers.values()].map((server) => server.close()));
      tell({ type: 'stopped' });
      parentPort?.close();
    }
  }
}

const fail = (thrown: unknown): void =>
  tell({ type: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) });

parentPort?.on('message', (command: DemoCommand) => void obey(command).catch(fail));
if (typeof workerData === 'object' && workerData !== null) {
  void obey({ type: 'start', ...(workerData as DemoOptions) }).catch(fail);
}
