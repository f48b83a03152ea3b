import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import type { AssetSpec } from '../market/assets.ts';
import { minuteMs } from '../market/candles.ts';
import type { TickCandle } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { tickMs } from '../market/ticks.ts';
import { forceOrders, latestForceOrder } from './force-orders.ts';
import { intervals, klineEvent } from './payloads.ts';

const mostStreams = 200;
const floodBeatMs = 20;
const defaultFlood = 5000;

interface Client {
  readonly outlet: Outlet;
  readonly scenario: () => Scenario;
  /** Events are wrapped with the name of their stream. */
  readonly combined: boolean;
  readonly streams: Set<string>;
}

export interface BinanceStream {
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
  close(): void;
}

/**
 * Kline events four times a second, each made once for all clients; a candle that ended gets a last event of its own.
 * Liquidations at the end of their second, the last one of it.
 */
export function createStream(market: Market, clock: Clock): BinanceStream {
  const clients = new Set<Client>();
  /** By stream: open time of the last candle sent, or the second up to which liquidations were. */
  const sent = new Map<string, number>();
  let stopFlood: (() => void) | null = null;

  const step = (): void => {
    const now = clock.now();
    const wanted = new Set([...clients].flatMap((client) => [...client.streams]));
    for (const name of sent.keys()) if (!wanted.has(name)) sent.delete(name);
    for (const name of wanted) {
      for (const event of eventsOf(market, name, sent, now)) for (const client of clients) give(client, name, event);
    }
    const flooded = [...clients].some((client) => client.scenario().name === 'burst');
    if (flooded && !stopFlood) stopFlood = clock.every(floodBeatMs, () => flood(market, clients, clock.now()));
    if (!flooded && stopFlood) stopFlood = (stopFlood(), null);
  };
  const stopBeat = clock.every(tickMs, step);

  return {
    connect(outlet, url, scenario) {
      const listed = url.searchParams.get('streams') ?? url.pathname.replace(/^\/(?:market\/)?(?:ws|stream)\/?/, '');
      const streams = new Set(listed.split('/').filter((name) => readStream(market, name) !== null));
      const client: Client = { outlet, scenario, combined: url.pathname.endsWith('/stream'), streams };
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

function give(client: Client, name: string, event: object): boolean {
  return client.streams.has(name) && client.outlet.send(client.combined ? { stream: name, data: event } : event);
}

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
function readStream(market: Market, name: string): KlineStream | LiquidationStream | null {
  const [, symbol, kind, interval] = /^([a-z0-9]+)@(?:(forceOrder)|kline_(\w+))$/.exec(name) ?? [];
  const spec = symbol === undefined ? null : market.findSymbol(symbol.toUpperCase());
  if (spec && kind === 'forceOrder') return { kind, spec };
  if (!spec || interval === undefined || !Object.hasOwn(intervals, interval)) return null;
  return { kind: 'kline', spec, interval, minutes: intervals[interval]! };
}

function candleAt(market: Market, stream: KlineStream, openTime: number, now: UnixMs): TickCandle | undefined {
  return market.prices.candles(stream.spec, stream.minutes, openTime, openTime + 1, now)[0];
}

function eventsOf(market: Market, name: string, sent: Map<string, number>, now: UnixMs): object[] {
  const stream = readStream(market, name)!;
  if (stream.kind === 'forceOrder') {
    const second = Math.floor(now / 1000);
    const last = sent.get(name) ?? second;
    sent.set(name, second);
    return forceOrders(market, stream.spec, last, second);
  }
  const openTime = Math.floor(now / (stream.minutes * minuteMs)) * stream.minutes * minuteMs;
  const events: object[] = [];
  const before = sent.get(name);
  if (before !== undefined && before < openTime) {
    const ended = candleAt(market, stream, before, now);
    if (ended) events.push(klineEvent(stream.spec, stream.interval, ended, now));
  }
  const forming = candleAt(market, stream, openTime, now);
  if (forming) events.push(klineEvent(stream.spec, stream.interval, forming, now));
  sent.set(name, openTime);
  return events;
}

function answerCommand(market: Market, client: Client, text: string): void {
  const { outlet, streams } = client;
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
    outlet.send({ result: [...streams], id });
  } else if (params === null) {
    outlet.send({ error: { code: 2, msg: 'Invalid request: request must have params' }, id });
  } else if (command.method === 'SUBSCRIBE') {
    // As at the real venue, a stream that does not exist is accepted and stays silent.
    const known = params.filter((name) => readStream(market, name) !== null);
    if (new Set([...streams, ...known]).size > mostStreams) return outlet.close(1008, 'too many streams');
    for (const name of known) streams.add(name);
    outlet.send({ result: null, id });
  } else if (command.method === 'UNSUBSCRIBE') {
    for (const name of params) streams.delete(name);
    outlet.send({ result: null, id });
  } else {
    outlet.send({ error: { code: 2, msg: 'Invalid request: unknown method' }, id });
  }
}

function latestOf(market: Market, name: string, now: UnixMs): object | null {
  const stream = readStream(market, name);
  if (stream?.kind === 'forceOrder') return latestForceOrder(market, stream.spec, now);
  return eventsOf(market, name, new Map(), now).at(-1) ?? null;
}

/** The same true candle or liquidation over and over, with event times that rise. */
function flood(market: Market, clients: ReadonlySet<Client>, now: UnixMs): void {
  for (const client of clients) {
    const scenario = client.scenario();
    const names = [...client.streams];
    if (scenario.name !== 'burst' || names.length === 0) continue;
    const events = names.map((name) => ({ name, event: latestOf(market, name, now) }));
    const count = Math.ceil(((scenario.messagesPerSecond ?? defaultFlood) * floodBeatMs) / 1000);
    for (let i = 0; i < count; i++) {
      const { name, event } = events[i % events.length]!;
      if (!event || !give(client, name, event)) break;
    }
  }
}
