import { parentPort, workerData } from 'node:worker_threads';
import { startBinanceServer } from './binance/server.ts';
import type { LoopbackBinance } from './binance/server.ts';
import { demoKey } from './kingfisher/keys.ts';
import type { DemoKey } from './kingfisher/keys.ts';
import { startKingfisherServer } from './kingfisher/server.ts';
import type { LoopbackKingfisher } from './kingfisher/server.ts';
import { createMarket } from './market/market.ts';
import type { DemoCommand, DemoMessage, DemoOptions } from './messages.ts';

/** Thread of the simulated market, in real time: starts on `workerData`, else on the first `start`. */

const defaultSeed = 3;

interface Servers {
  readonly kingfisher: LoopbackKingfisher;
  readonly binance: LoopbackBinance;
}

const tell = (message: DemoMessage): void => parentPort?.postMessage(message);
let running: Promise<Servers> | null = null;

async function start(options: DemoOptions): Promise<Servers> {
  const market = createMarket(options.seed ?? defaultSeed);
  const keys: readonly DemoKey[] = options.keys ?? [{ key: demoKey, plan: 'elite' }];
  const [kingfisher, binance] = await Promise.all([
    startKingfisherServer({ market, keys }),
    startBinanceServer({ market }),
  ]);
  tell({
    type: 'ready',
    kingfisher: { restUrl: kingfisher.restUrl, streamUrl: kingfisher.streamUrl, key: keys[0]?.key ?? '' },
    binance: { restUrl: binance.restUrl, streamUrl: binance.streamUrl },
  });
  return { kingfisher, binance };
}

async function obey(command: DemoCommand): Promise<void> {
  switch (command.type) {
    case 'start':
      running ??= start(command);
      await running;
      return;
    case 'scenario': {
      const servers = await running;
      await servers?.[command.server].scenario(command.scenario, command.endpoint);
      return;
    }
    case 'stop': {
      const servers = await running;
      await Promise.all([servers?.kingfisher.close(), servers?.binance.close()]);
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
