import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import { createSubscribers, keepOnly, type Subscriber } from '../loopback/subscribers.ts';
import type { Market } from '../market/market.ts';
import { candleRows, latestLiquidations, liquidationRows, readChannel, type Arg, type Channel } from './channels.ts';

/** The venue's own pace: candles at most once a second. */
const beatMs = 1000;
/** A connection without traffic for so long is cut, as at the real venue. */
const idleMs = 30_000;

interface Client extends Subscriber<Channel> {
  readonly path: string;
  readonly id: string;
  /** By the text of their `arg`. */
  readonly wanted: Map<string, Channel>;
  trafficAt: number;
}

export interface OkxStream {
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
  close(): void;
}

/** Once a second the candles (one that ended gets a last push of its own) and the liquidations of the second that ended. */
export function createStream(market: Market, clock: Clock): OkxStream {
  /** Open time of the last candle pushed, by channel. */
  const sent = new Map<string, number>();
  let second = Math.floor(clock.now() / 1000);
  let connected = 0;

  const rowsOf = (name: string, channel: Channel, from: number): readonly unknown[] => {
    if (channel.kind !== 'candle') return liquidationRows(market, from, second);
    const { openTime, rows } = candleRows(market, channel, sent.get(name), clock.now());
    sent.set(name, openTime);
    return rows;
  };

  const subscribers = createSubscribers<Channel, Client>(clock, {
    beatMs,
    beat: (wanted, tell, clients) => {
      const from = second;
      second = Math.floor(clock.now() / 1000);
      keepOnly(sent, wanted);
      for (const [name, channel] of wanted) {
        for (const row of rowsOf(name, channel, from)) tell(name, { arg: channel.arg, data: [row] });
      }
      for (const { outlet, trafficAt } of clients) {
        if (clock.now() - trafficAt >= idleMs) outlet.close(4004, 'No data received in 30s.');
      }
    },
    latest: (channel, now) => {
      const data =
        channel.kind === 'candle'
          ? candleRows(market, channel, undefined, now).rows.slice(-1)
          : latestLiquidations(market, now);
      return data.length === 0 ? null : { arg: channel.arg, data };
    },
    send: (client, _name, message) => {
      if (!client.outlet.send(message)) return false;
      client.trafficAt = clock.now();
      return true;
    },
  });

  return {
    connect: (outlet, url, scenario) => {
      connected += 1;
      const id = connected.toString(16).padStart(8, '0');
      const wanted = new Map<string, Channel>();
      const client: Client = { outlet, scenario, path: url.pathname, id, wanted, trafficAt: clock.now() };
      return subscribers.add(client, (text) => {
        client.trafficAt = clock.now();
        answerCommand(client, text);
      });
    },
    close: subscribers.close,
  };
}

function answerCommand(client: Client, text: string): void {
  const { outlet, wanted, id: connId, path } = client;
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
    if (command.op === 'subscribe') wanted.set(name, channel);
    else wanted.delete(name);
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
