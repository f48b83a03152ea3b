import { parentPort, workerData } from 'node:worker_threads';
import { FailureError, toFailure, type Result } from './contract/failure.ts';
import { unixMs } from './contract/market.ts';
import type { ProviderId } from './contract/source.ts';
import type { EngineOptions, FromEngine, ToEngine } from './engine-messages.ts';
import { engineJobs, engineRequests } from './engine-requests.ts';
import { EngineRun } from './engine-run.ts';
import type { Key } from './feeds/connection.ts';
import { createHttpClient } from './net/http.ts';
import { trackSockets } from './net/shared-socket.ts';
import { createOpenSocket } from './net/socket.ts';
import { Outbox } from './outbox.ts';
import { Simulation } from './simulation.ts';

const frameMs = 16;

let options = workerData as EngineOptions;
const port = parentPort!;
const now = () => unixMs(Date.now());
const send = (message: FromEngine): void => port.postMessage(message);
const outbox = new Outbox(
  (batch) => send({ type: 'events', batch }),
  (run) => setTimeout(run, frameMs),
);
const replaced = (): number => outbox.replaced;
const requests = engineRequests(replaced);
const jobs = engineJobs(replaced);
const keys = new Map<ProviderId, Key>();
const http = createHttpClient({ now });
const sockets = trackSockets(createOpenSocket());
const simulation = new Simulation(
  new URL('./demo.js', import.meta.url),
  options.seed === null ? {} : { seed: options.seed },
  () => run?.hub.simulationDied(),
);

let run: EngineRun | null = null;
let refusal: FailureError | null = null;

/** A database that cannot be opened now may be later: the disk has room again, the other program let go of it. */
function open(): void {
  try {
    run = new EngineRun({
      ...{ options, now, http, sockets, simulation },
      storeScript: new URL('./store-job.js', import.meta.url),
      secrets: () => [...keys.values()].flatMap(({ secret }) => Object.values(secret ?? {})),
      publish: (name, event) => outbox.publish(name, event),
    });
    options = { ...options, restoreFrom: null };
    refusal = null;
    for (const [provider, key] of keys) run.hub.setKey(provider, key);
  } catch (thrown) {
    refusal = thrown instanceof FailureError ? thrown : new FailureError(toFailure(thrown));
    send({ type: 'log', level: 'error', text: `${refusal.failure.message} ${refusal.failure.detail}` });
  }
}

type Handle = (run: EngineRun, args: unknown) => unknown;

async function answer(handle: Handle, args: unknown): Promise<Result<never>> {
  try {
    if (!run) throw refusal!;
    return { ok: true, value: (await handle(run, args)) as never };
  } catch (thrown) {
    return { ok: false, failure: toFailure(thrown) };
  }
}

port.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'request':
      // The page starts, or the user has pressed Try again.
      if (!run && message.name === 'app/start') open();
      void reply(message.id, requests[message.name] as Handle, message.args);
      break;
    case 'job':
      void reply(message.id, jobs[message.name] as Handle, message.args);
      break;
    case 'credential':
      keys.set(message.provider, { secret: message.secret, state: message.state });
      run?.hub.setKey(message.provider, { secret: message.secret, state: message.state });
      break;
    case 'taken':
      outbox.taken();
      break;
    case 'hold':
      outbox.hold();
      break;
    case 'woke':
      run?.hub.woke();
      break;
    case 'stop':
      run?.close();
      simulation.stop();
      send({ type: 'stopped' });
  }
});

async function reply(id: number, handle: Handle, args: unknown): Promise<void> {
  send({ type: 'answer', id, result: await answer(handle, args) });
}

open();
