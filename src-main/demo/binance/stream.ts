import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import { createSubscribers, keepOnly, type Subscriber } from '../loopback/subscribers.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { TickCandle } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { tickMs } from '../market/ticks.ts';
import { forceOrders, latestForceOrder } from './force-orders.ts';
import { intervals, klineEvent } from './payloads.ts';

const mostStreams = 200;

interface Client extends Subscriber<Topic> {
  /** Events are wrapped with the name of their stream. */
  readonly combined: boolean;
  readonly wanted: Map<string, Topic>;
}

export interface BinanceStream {
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
  close(): void;
}

/**
 * Kline events four times a second; a candle that ended gets a last event of its own. Liquidations at the end of their
 * second, the last one of it.
 */
export function createStream(market: Market, clock: Clock): BinanceStream {
  /** By stream: open time of the last candle sent, or the second up to which liquidations were. */
  const sent = new Map<string, number>();
  const subscribers = createSubscribers<Topic, Client>(clock, {
    beatMs: tickMs,
    beat: (wanted, tell) => {
      const now = clock.now();
      keepOnly(sent, wanted);
      for (const [name, topic] of wanted) {
        const { events, upTo } = eventsOf(market, topic, sent.get(name), now);
        sent.set(name, upTo);
        for (const event of events) tell(name, event);
      }
    },
    latest: (topic, now) =>
      topic.kind === 'forceOrder'
        ? latestForceOrder(market, topic.spec, now)
        : (eventsOf(market, topic, undefined, now).events.at(-1) ?? null),
    send: ({ combined, outlet }, name, event) => outlet.send(combined ? { stream: name, data: event } : event),
  });

  return {
    connect: (outlet, url, scenario) => {
      const listed = url.searchParams.get('streams') ?? url.pathname.replace(/^\/(?:market\/)?(?:ws|stream)\/?/, '');
      const wanted = knownOf(market, listed.split('/'));
      const client: Client = { outlet, scenario, combined: url.pathname.endsWith('/stream'), wanted };
      return subscribers.add(client, (text) => answerCommand(market, client, text));
    },
    close: subscribers.close,
  };
}

type Topic = KlineStream | LiquidationStream;

interface LiquidationStream {
  readonly kind: 'forceOrder';
  readonly spec: AssetSpec;
}

interface KlineStream {
  readonly kind: 'kline';
  readonly spec: AssetSpec;
  readonly interval: string;
  readonly minutes: number;
}

/** `btcusdt@kline_1m`, `btcusdt@forceOrder`; null for what this venue does not stream. */
function readStream(market: Market, name: string): Topic | null {
  const [, symbol, kind, interval] = /^([a-z0-9]+)@(?:(forceOrder)|kline_(\w+))$/.exec(name) ?? [];
  const spec = symbol === undefined ? null : market.findSymbol(symbol.toUpperCase());
  if (spec && kind === 'forceOrder') return { kind, spec };
  if (!spec || interval === undefined || !Object.hasOwn(intervals, interval)) return null;
  return { kind: 'kline', spec, interval, minutes: intervals[interval]! };
}

function knownOf(market: Market, names: readonly string[]): Map<string, Topic> {
  return new Map(
    names.flatMap((name) => {
      const topic = readStream(market, name);
      return topic === null ? [] : [[name, topic] as const];
    }),
  );
}

function candleAt(market: Market, stream: KlineStream, openTime: number, now: UnixMs): TickCandle | undefined {
  return market.prices.candles(stream.spec, stream.minutes, openTime, openTime + 1, now)[0];
}

/** What is new since `before`, as it was told by the call before; undefined: the newest alone. */
function eventsOf(
  market: Market,
  topic: Topic,
  before: number | undefined,
  now: UnixMs,
): { readonly events: readonly object[]; readonly upTo: number } {
  if (topic.kind === 'forceOrder') {
    const second = Math.floor(now / 1000);
    return { events: forceOrders(market, topic.spec, before ?? second, second), upTo: second };
  }
  const openTime = Math.floor(now / (topic.minutes * minuteMs)) * topic.minutes * minuteMs;
  const times = before !== undefined && before < openTime ? [before, openTime] : [openTime];
  const events = times.flatMap((time) => {
    const candle = candleAt(market, topic, time, now);
    return candle === undefined ? [] : [klineEvent(topic.spec, topic.interval, candle, now)];
  });
  return { events, upTo: openTime };
}

function answerCommand(market: Market, client: Client, text: string): void {
  const { outlet, wanted } = client;
  let command: { method?: unknown; params?: unknown; id?: unknown };
  try {
    command = JSON.parse(text) as typeof command;
    if (typeof command !== 'object' || command === null) throw new SyntaxError('not an object');
  } catch (thrown) {
    outlet.send({ error: { code: 3, msg: `Invalid JSON: ${thrown instanceof Error ? thrown.message : ''}` } });
    return;
  }
  const id = command.id ?? null;
  const params = Array.isArray(command.params) ? command.params.map(String) : null;
  if (command.method === 'LIST_SUBSCRIPTIONS') {
    outlet.send({ result: [...wanted.keys()], id });
  } else if (params === null) {
    outlet.send({ error: { code: 2, msg: 'Invalid request: request must have params' }, id });
  } else if (command.method === 'SUBSCRIBE') {
    // As at the real venue, a stream that does not exist is accepted and stays silent.
    const known = knownOf(market, params);
    if (new Set([...wanted.keys(), ...known.keys()]).size > mostStreams) return outlet.close(1008, 'too many streams');
    for (const [name, topic] of known) wanted.set(name, topic);
    outlet.send({ result: null, id });
  } else if (command.method === 'UNSUBSCRIBE') {
    for (const name of params) wanted.delete(name);
    outlet.send({ result: null, id });
  } else {
    outlet.send({ error: { code: 2, msg: 'Invalid request: unknown method' }, id });
  }
}
