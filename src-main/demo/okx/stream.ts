import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import type { Market } from '../market/market.ts';
import { candleRows, latestLiquidations, liquidationRows, readChannel, type Arg, type Channel } from './channels.ts';

/** The venue's own pace: candles at most once a second. */
const beatMs = 1000;
/** A connection without traffic for so long is cut, as at the real venue. */
const idleMs = 30_000;
const floodBeatMs = 20;
const defaultFlood = 5000;

interface Client {
  readonly outlet: Outlet;
  readonly scenario: () => Scenario;
  readonly path: string;
  readonly id: string;
  /** By the text of their `arg`. */
  readonly channels: Map<string, Channel>;
  trafficAt: number;
}

export interface OkxStream {
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
  close(): void;
}

/** Once a second the candles (one that ended gets a last push of its own) and the liquidations of the second that ended. */
export function createStream(market: Market, clock: Clock): OkxStream {
  const clients = new Set<Client>();
  /** Open time of the last candle pushed, by channel. */
  const sent = new Map<string, number>();
  let second = Math.floor(clock.now() / 1000);
  let connected = 0;
  let stopFlood: (() => void) | null = null;

  const give = (client: Client, name: string, arg: Arg, data: readonly unknown[]): boolean => {
    if (!client.channels.has(name) || !client.outlet.send({ arg, data })) return false;
    client.trafficAt = clock.now();
    return true;
  };

  const push = (name: string, channel: Channel, from: number): void => {
    const now = clock.now();
    if (channel.kind === 'candle') {
      const { openTime, rows } = candleRows(market, channel, sent.get(name), now);
      sent.set(name, openTime);
      for (const row of rows) for (const client of clients) give(client, name, channel.arg, [row]);
    } else {
      for (const row of liquidationRows(market, from, second)) {
        for (const client of clients) give(client, name, channel.arg, [row]);
      }
    }
  };

  const step = (): void => {
    const from = second;
    second = Math.floor(clock.now() / 1000);
    const wanted = new Map([...clients].flatMap((client) => [...client.channels]));
    for (const name of sent.keys()) if (!wanted.has(name)) sent.delete(name);
    for (const [name, channel] of wanted) push(name, channel, from);
    for (const { outlet, trafficAt } of clients) {
      if (clock.now() - trafficAt >= idleMs) outlet.close(4004, 'No data received in 30s.');
    }
    const flooded = [...clients].some((client) => client.scenario().name === 'burst');
    if (flooded && !stopFlood) stopFlood = clock.every(floodBeatMs, flood);
    if (!flooded && stopFlood) stopFlood = (stopFlood(), null);
  };

  /** The same true candle or liquidation over and over. */
  const flood = (): void => {
    for (const client of clients) {
      const scenario = client.scenario();
      if (scenario.name !== 'burst' || client.channels.size === 0) continue;
      const pushes = [...client.channels].map(([name, channel]) => {
        const now = clock.now();
        const data =
          channel.kind === 'candle'
            ? candleRows(market, channel, undefined, now).rows.slice(-1)
            : latestLiquidations(market, now);
        return { name, arg: channel.arg, data };
      });
      const count = Math.ceil(((scenario.messagesPerSecond ?? defaultFlood) * floodBeatMs) / 1000);
      for (let i = 0; i < count; i++) {
        const { name, arg, data } = pushes[i % pushes.length]!;
        if (data.length === 0 || !give(client, name, arg, data)) break;
      }
    }
  };
  const stopBeat = clock.every(beatMs, step);

  return {
    connect(outlet, url, scenario) {
      connected += 1;
      const id = connected.toString(16).padStart(8, '0');
      const channels = new Map<string, Channel>();
      const client: Client = { outlet, scenario, path: url.pathname, id, channels, trafficAt: clock.now() };
      clients.add(client);
      return {
        listens: true,
        message: (text) => {
          client.trafficAt = clock.now();
          answerCommand(client, text);
        },
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

function answerCommand(client: Client, text: string): void {
  const { outlet, channels, id: connId, path } = client;
  if (text === 'ping') return outlet.sendExactly('pong');
  const command = readCommand(text);
  if (command === null) {
    outlet.send({ event: 'error', code: '60012', msg: `Invalid request: ${text.slice(0, 200)}`, connId });
    return;
  }
  for (const arg of command.args) {
    const channel = readChannel(arg, path);
    if (channel === null) {
      const msg = `Wrong URL or channel:${arg['channel']},instId:${arg['instId']} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`;
      outlet.send({ event: 'error', msg, code: '60018', connId });
      continue;
    }
    const name = JSON.stringify(arg);
    if (command.op === 'subscribe') channels.set(name, channel);
    else channels.delete(name);
    outlet.send({ event: command.op, arg, connId });
  }
}

function readCommand(text: string): { op: 'subscribe' | 'unsubscribe'; args: Arg[] } | null {
  try {
    const { op, args } = JSON.parse(text) as { op?: unknown; args?: unknown };
    if ((op !== 'subscribe' && op !== 'unsubscribe') || !Array.isArray(args)) return null;
    const isArg = (arg: unknown): arg is Arg => typeof arg === 'object' && arg !== null;
    return args.every(isArg) ? { op, args } : null;
  } catch {
    return null;
  }
}
