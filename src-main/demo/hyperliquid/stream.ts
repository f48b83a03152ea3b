import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import { minuteMs } from '../market/candles.ts';
import type { Market } from '../market/market.ts';
import { tickMs } from '../market/ticks.ts';
import { candle, intervals } from './payloads.ts';

const floodBeatMs = 20;
const defaultFlood = 5000;

interface Client {
  readonly outlet: Outlet;
  readonly scenario: () => Scenario;
  /** `BTC 1m` */
  readonly wanted: Set<string>;
}

export interface HyperliquidStream {
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
  close(): void;
}

/** The forming candle four times a second; one that ended is pushed once more before the next one. */
export function createStream(market: Market, clock: Clock): HyperliquidStream {
  const clients = new Set<Client>();
  /** Open time of the last candle pushed. */
  const pushed = new Map<string, number>();
  let stopFlood: (() => void) | null = null;

  const beat = (): void => {
    const now = clock.now();
    const wanted = new Set([...clients].flatMap((client) => [...client.wanted]));
    for (const name of pushed.keys()) if (!wanted.has(name)) pushed.delete(name);
    for (const name of wanted) {
      const openTime = openTimeAt(name, now);
      const before = pushed.get(name);
      const times = before !== undefined && before < openTime ? [before, openTime] : [openTime];
      pushed.set(name, openTime);
      for (const time of times) {
        const message = messageOf(market, name, time, now);
        for (const client of clients) if (client.wanted.has(name)) client.outlet.send(message);
      }
    }
    const flooded = [...clients].some((client) => client.scenario().name === 'burst');
    if (flooded && !stopFlood) stopFlood = clock.every(floodBeatMs, () => flood(market, clients, clock.now()));
    if (!flooded && stopFlood) stopFlood = (stopFlood(), null);
  };
  const stopBeat = clock.every(tickMs, beat);

  return {
    connect(outlet, _url, scenario) {
      const client: Client = { outlet, scenario, wanted: new Set() };
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

const lengthOf = (name: string): number => intervals[name.split(' ')[1]!]! * minuteMs;
const openTimeAt = (name: string, now: UnixMs): number => Math.floor(now / lengthOf(name)) * lengthOf(name);

function messageOf(market: Market, name: string, openTime: number, now: UnixMs): object {
  const [coin, interval] = name.split(' ') as [string, string];
  const spec = market.find(coin)!;
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
  const isKnown =
    type === 'candle' &&
    typeof coin === 'string' &&
    market.find(coin) !== null &&
    typeof interval === 'string' &&
    Object.hasOwn(intervals, interval);
  if (!isKnown)
    return void outlet.send({ channel: 'error', data: `Invalid subscription ${JSON.stringify(subscription)}` });
  const name = `${coin} ${interval}`;
  if ((method === 'subscribe') === wanted.has(name)) {
    const problem = method === 'subscribe' ? 'Already subscribed' : 'Already unsubscribed';
    return void outlet.send({ channel: 'error', data: `${problem}: ${JSON.stringify(subscription)}` });
  }
  if (method === 'subscribe') wanted.add(name);
  else wanted.delete(name);
  outlet.send({ channel: 'subscriptionResponse', data: { method, subscription } });
}

/** The same true candle over and over. */
function flood(market: Market, clients: ReadonlySet<Client>, now: UnixMs): void {
  for (const { outlet, scenario, wanted } of clients) {
    const current = scenario();
    const names = [...wanted];
    if (current.name !== 'burst' || names.length === 0) continue;
    const messages = names.map((name) => messageOf(market, name, openTimeAt(name, now), now));
    const count = Math.ceil(((current.messagesPerSecond ?? defaultFlood) * floodBeatMs) / 1000);
    for (let i = 0; i < count; i++) if (!outlet.send(messages[i % messages.length])) break;
  }
}
