/** In the engine's place: speaks its protocol, and sends the next batch as soon as the window has taken the last. */
import { parentPort } from 'node:worker_threads';
import type { EventMessage, Requests } from '../../../src-main/contract/channels.ts';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import type { FromEngine, ToEngine } from '../../../src-main/engine-messages.ts';
import { liquidationMap } from '../chart/synthetic.ts';
import type { Trips } from './plan.ts';

const port = parentPort!;
const send = (message: FromEngine): void => port.postMessage(message);
const map: LiquidationMap = { ...liquidationMap(1_500, 64_000), levelTimes: new Float64Array(1_500).fill(1.75e12) };

/** The same snapshot in the shape that a JSON answer has. */
function asObjects({ prices, longs, shorts, levelTimes, ...head }: LiquidationMap): unknown {
  const clusters = Array.from(prices, (price, i) => ({
    price,
    long: longs[i],
    short: shorts[i],
    time: levelTimes[i],
  }));
  return { ...head, clusters };
}
const objects = asObjects(map);

let taken: () => void = () => undefined;
const take = () => new Promise<void>((resolve) => (taken = resolve));

async function travel({ kind, trips, batch }: Trips): Promise<number> {
  // Copies: an object that occurs twice in a message would be sent once.
  const make = () =>
    ['snapshot/changed', structuredClone(kind === 'columns' ? map : objects)] as unknown as EventMessage;
  const events = kind === 'empty' ? [] : Array.from({ length: batch }, make);
  const from = performance.now();
  for (let i = 0; i < trips; i++) {
    const back = take();
    send({ type: 'events', batch: events });
    await back;
  }
  return performance.now() - from;
}

port.on('message', (message: ToEngine) => {
  if (message.type === 'taken') return taken();
  if (message.type === 'stop') return send({ type: 'stopped' });
  if (message.type !== 'request') return;
  const answer = (value: unknown) =>
    send({ type: 'answer', id: message.id, result: { ok: true, value: value as never } });
  if (message.name === 'app/start') void travel(message.args as Trips).then(answer);
  else answer((message.args as Requests['snapshot/latest']['args']).asset === 'BTC' ? map : null);
});
