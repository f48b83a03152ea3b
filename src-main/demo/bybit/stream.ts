import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { intervals, klinePush, liquidationPush } from './payloads.ts';

/** Candles are pushed this often, and liquidations gathered for as long. */
const beatMs = 500;
const floodBeatMs = 20;
const defaultFlood = 5000;

interface Client {
  readonly outlet: Outlet;
  readonly scenario: () => Scenario;
  readonly topics: Set<string>;
}

export interface BybitStream {
  connect(outlet: Outlet, scenario: () => Scenario): StreamClient;
  close(): void;
}

/** Pushes of `kline.{interval}.{symbol}` and `allLiquidation.{symbol}`, each made once for all clients. */
export function createStream(market: Market, clock: Clock): BybitStream {
  const clients = new Set<Client>();
  let told = clock.now();
  let stopFlood: (() => void) | null = null;

  const step = (): void => {
    const now = clock.now();
    const topics = new Set([...clients].flatMap((client) => [...client.topics]));
    for (const name of topics) {
      for (const push of pushesOf(market, readTopic(market, name)!, told, now)) {
        for (const client of clients) if (client.topics.has(name)) client.outlet.send(push);
      }
    }
    told = now;
    const flooded = [...clients].some((client) => client.scenario().name === 'burst');
    if (flooded && !stopFlood) stopFlood = clock.every(floodBeatMs, () => flood(market, clients, clock.now()));
    if (!flooded && stopFlood) stopFlood = (stopFlood(), null);
  };
  const stopBeat = clock.every(beatMs, step);

  return {
    connect(outlet, scenario) {
      const client: Client = { outlet, scenario, topics: new Set() };
      clients.add(client);
      return {
        listens: true,
        message: (text) => answerCommand(market, client, text),
        end: () => void clients.delete(client),
      };
    },
    close() {
      stopBeat();
      stopFlood?.();
      clients.clear();
    },
  };
}

interface Topic {
  readonly spec: AssetSpec;
  /** Null: liquidations. */
  readonly interval: string | null;
}

/** Null for what this venue does not stream. */
function readTopic(market: Market, name: string): Topic | null {
  const [, interval, klineSymbol, liquidatedSymbol] =
    /^(?:kline\.(\w+)\.(\w+)|allLiquidation\.(\w+))$/.exec(name) ?? [];
  const spec = market.findSymbol(klineSymbol ?? liquidatedSymbol ?? '');
  if (spec === null) return null;
  if (interval === undefined) return { spec, interval: null };
  return Object.hasOwn(intervals, interval) ? { spec, interval } : null;
}

/** What is new in (`before`, `now`]: a candle that ended meanwhile has a last push of its own. */
function pushesOf(market: Market, { spec, interval }: Topic, before: UnixMs, now: UnixMs): object[] {
  if (interval === null) {
    const events = market.realised
      .between(spec, unixMs(before + 1), unixMs(now + 1))
      .filter(({ venue }) => venue === 'bybit');
    return events.length === 0 ? [] : [liquidationPush(spec, events, now)];
  }
  const length = intervals[interval]! * minuteMs;
  const from = Math.floor(before / length) * length;
  return market.prices
    .candles(spec, intervals[interval]!, Math.max(from, now - 2 * length), now + 1, now)
    .map((candle) => klinePush(spec, interval, candle, now));
}

function answerCommand(market: Market, { outlet, topics }: Client, text: string): void {
  let command: { op?: unknown; args?: unknown; req_id?: unknown };
  try {
    command = JSON.parse(text) as typeof command;
    if (typeof command !== 'object' || command === null) throw new SyntaxError('not an object');
  } catch {
    outlet.send({ success: false, ret_msg: 'invalid json', conn_id: 'demo', op: '' });
    return;
  }
  const { op, args, req_id = '' } = command;
  const answer = (success: boolean, ret_msg: string) => outlet.send({ success, ret_msg, conn_id: 'demo', req_id, op });
  if (op === 'ping') return void answer(true, 'pong');
  const names = Array.isArray(args) ? args.map(String) : null;
  if ((op !== 'subscribe' && op !== 'unsubscribe') || names === null) return void answer(false, 'error:invalid op');
  const unknown = names.find((name) => readTopic(market, name) === null);
  if (unknown !== undefined) return void answer(false, `error:handler not found,topic:${unknown}`);
  for (const name of names) {
    if (op === 'subscribe') topics.add(name);
    else topics.delete(name);
  }
  answer(true, op);
}

/** The same true candle over and over; liquidations are not made up. */
function flood(market: Market, clients: ReadonlySet<Client>, now: UnixMs): void {
  for (const client of clients) {
    const scenario = client.scenario();
    if (scenario.name !== 'burst') continue;
    const pushes = [...client.topics].flatMap((name) => {
      const topic = readTopic(market, name)!;
      return topic.interval === null ? [] : pushesOf(market, topic, now, now);
    });
    if (pushes.length === 0) continue;
    const count = Math.ceil(((scenario.messagesPerSecond ?? defaultFlood) * floodBeatMs) / 1000);
    for (let i = 0; i < count; i++) if (!client.outlet.send(pushes[i % pushes.length]!)) break;
  }
}
