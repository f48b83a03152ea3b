import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import { createSubscribers, keepOnly, type Subscriber } from '../loopback/subscribers.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { tickMs } from '../market/ticks.ts';
import { candle, intervals } from './payloads.ts';

interface Topic {
  readonly spec: AssetSpec;
  readonly interval: string;
}

interface Client extends Subscriber<Topic> {
  /** By `BTC 1m`. */
  readonly wanted: Map<string, Topic>;
}

export interface HyperliquidStream {
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
  close(): void;
}

/** The forming candle four times a second; one that ended is pushed once more before the next one. */
export function createStream(market: Market, clock: Clock): HyperliquidStream {
  /** Open time of the last candle pushed. */
  const pushed = new Map<string, number>();
  const subscribers = createSubscribers<Topic, Client>(clock, {
    beatMs: tickMs,
    beat: (wanted, tell) => {
      const now = clock.now();
      keepOnly(pushed, wanted);
      for (const [name, topic] of wanted) {
        const openTime = openTimeAt(topic, now);
        const before = pushed.get(name);
        const times = before !== undefined && before < openTime ? [before, openTime] : [openTime];
        pushed.set(name, openTime);
        for (const time of times) tell(name, messageOf(market, topic, time, now));
      }
    },
    latest: (topic, now) => messageOf(market, topic, openTimeAt(topic, now), now),
  });

  return {
    connect: (outlet, _url, scenario) => {
      const client: Client = { outlet, scenario, wanted: new Map() };
      return subscribers.add(client, (text) => answerCommand(market, client, text));
    },
    close: subscribers.close,
  };
}

function openTimeAt({ interval }: Topic, now: UnixMs): number {
  const length = intervals[interval]! * minuteMs;
  return Math.floor(now / length) * length;
}

function messageOf(market: Market, { spec, interval }: Topic, openTime: number, now: UnixMs): object {
  const [made] = market.prices.candles(spec, intervals[interval]!, openTime, openTime + 1, now);
  return { channel: 'candle', data: candle(spec, interval, made!) };
}

function answerCommand(market: Market, { outlet, wanted }: Client, text: string): void {
  const refuse = (): void =>
    void outlet.send({ channel: 'error', data: `Error parsing JSON into valid websocket request: ${text}` });
  let command: { method?: unknown; subscription?: unknown };
  try {
    command = JSON.parse(text) as typeof command;
    if (typeof command !== 'object' || command === null) return refuse();
  } catch {
    return refuse();
  }
  const { method, subscription } = command;
  if (method === 'ping') return void outlet.send({ channel: 'pong' });
  if (method !== 'subscribe' && method !== 'unsubscribe') return refuse();
  const { type, coin, interval } = (subscription ?? {}) as Record<string, unknown>;
  const spec = type === 'candle' && typeof coin === 'string' ? market.find(coin) : null;
  if (spec === null || typeof interval !== 'string' || !Object.hasOwn(intervals, interval))
    return void outlet.send({ channel: 'error', data: `Invalid subscription ${JSON.stringify(subscription)}` });
  const name = `${String(coin)} ${interval}`;
  if ((method === 'subscribe') === wanted.has(name)) {
    const problem = method === 'subscribe' ? 'Already subscribed' : 'Already unsubscribed';
    return void outlet.send({ channel: 'error', data: `${problem}: ${JSON.stringify(subscription)}` });
  }
  if (method === 'subscribe') wanted.set(name, { spec, interval });
  else wanted.delete(name);
  outlet.send({ channel: 'subscriptionResponse', data: { method, subscription } });
}
