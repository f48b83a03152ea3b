import { unixMs } from '../../contract/market.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import { createSubscribers, type Subscriber } from '../loopback/subscribers.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { intervals, klinePush, liquidationPush } from './payloads.ts';

/** Candles are pushed this often, and liquidations gathered for as long. */
const beatMs = 500;

interface Client extends Subscriber<Topic> {
  readonly wanted: Map<string, Topic>;
}

export interface BybitStream {
  connect(outlet: Outlet, scenario: () => Scenario): StreamClient;
  close(): void;
}

/** Pushes of `kline.{interval}.{symbol}` and `allLiquidation.{symbol}`. Of a flood liquidations are no part. */
export function createStream(market: Market, clock: Clock): BybitStream {
  let told = clock.now();
  const subscribers = createSubscribers<Topic, Client>(clock, {
    beatMs,
    beat: (wanted, tell) => {
      const now = clock.now();
      for (const [name, topic] of wanted) {
        for (const push of pushesOf(market, topic, told, now)) tell(name, push);
      }
      told = now;
    },
    latest: (topic, now) => (topic.interval === null ? null : (pushesOf(market, topic, now, now).at(-1) ?? null)),
  });

  return {
    connect: (outlet, scenario) => {
      const client: Client = { outlet, scenario, wanted: new Map() };
      return subscribers.add(client, (text) => answerCommand(market, client, text));
    },
    close: subscribers.close,
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

function answerCommand(market: Market, { outlet, wanted }: Client, text: string): void {
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
  const topics = new Map<string, Topic>();
  for (const name of names) {
    const topic = readTopic(market, name);
    if (topic === null) return void answer(false, `error:handler not found,topic:${name}`);
    topics.set(name, topic);
  }
  for (const [name, topic] of topics) {
    if (op === 'subscribe') wanted.set(name, topic);
    else wanted.delete(name);
  }
  answer(true, op);
}
