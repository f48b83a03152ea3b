import { failure, type Failure } from '../../contract/failure.ts';
import type { Socket } from '../../net/socket.ts';
import { isObject, Unreadable, type JsonObject } from '../parse.ts';
import { StreamReader } from '../parse/stream-reader.ts';
import type { ProviderContext, StreamListener } from '../provider.ts';
import { providerName } from './ask.ts';

const origin = { name: providerName, endpoint: 'stream' };
/** A connection without traffic for 30 s is cut; only the text `ping` is documented to count, its answer is `pong`. */
const pingMs = 20_000;
/** Channels named in one request; a request may have 64 KB, a connection three of them a second. */
const perRequest = 100;

const barred = failure('plan', 'OKX is not available from your region (its stream refused).');

/** What is subscribed to: `{channel: "candle1m", instId: "BTC-USDT-SWAP"}`. */
export type Channel = Readonly<Record<string, string>>;
export const nameOf = ({ channel = '', instId = '', instType = '' }: Channel): string =>
  `${channel} ${instId}${instType}`;

/**
 * The channels subscribed on one socket. Candles and liquidations are on two addresses of the venue (`/business`,
 * `/public`), so they are two connections; only a custom address can make them one.
 */
export interface Channels {
  want(channels: readonly Channel[]): void;
  markLive(): void;
  /** Gives the connection up for this; it is opened again by its own back-off. */
  refuse(failure: Failure): void;
  close(): void;
}

export interface ChannelsOptions<Update> {
  readonly url: string;
  /** No push for so long, although pings are answered: the connection is stuck. Null: silence is ordinary. */
  readonly stallMs: number | null;
  /** Reads a push, which is whole or Unreadable; null: it tells nothing that is wanted. */
  readonly read: (push: Push) => Update | null;
  readonly deliver: (update: Update) => void;
  readonly opened?: () => void;
}

/** `{arg, data}` of a push. */
export interface Push {
  readonly arg: JsonObject;
  readonly data: unknown;
}

/** Opens with the first want. */
export function openChannels<Update>(
  context: ProviderContext,
  listener: Pick<StreamListener<never>, 'state' | 'gap'>,
  options: ChannelsOptions<Update>,
): Channels {
  let wanted = new Map<string, Channel>();
  let socket: Socket | null = null;
  let timer: NodeJS.Timeout | undefined;
  let pushedAt = context.now();
  let closed = false;
  const reader = new StreamReader(context, origin, (problem) => socket?.refuse(problem));

  const sendEach = (op: 'subscribe' | 'unsubscribe', args: readonly Channel[], send: (text: string) => boolean) => {
    for (let from = 0; from < args.length; from += perRequest) {
      send(JSON.stringify({ op, args: args.slice(from, from + perRequest) }));
    }
  };

  const beat = (): void => {
    if (options.stallMs !== null && wanted.size > 0 && context.now() - pushedAt >= options.stallMs) {
      socket?.refuse(failure('timeout', 'OKX stopped sending; the stream is opened again.'));
    } else socket?.send('ping');
  };

  const open = (): Socket =>
    context.openSocket({
      url: options.url,
      onOpen: (send) => {
        reader.startOver();
        options.opened?.();
        pushedAt = context.now();
        clearInterval(timer);
        timer = setInterval(beat, pingMs);
        sendEach('subscribe', [...wanted.values()], send);
      },
      onMessage: receive,
      onState: (state) => {
        if (state.kind === 'down') clearInterval(timer);
        listener.state(state.kind === 'open' ? { kind: 'open' } : state);
        if (state.kind === 'open' && state.again) listener.gap();
      },
      explainEnd: ({ status }) => (status === 451 ? barred : null),
    });

  function receive(text: string): void {
    if (text === 'pong') return;
    const read = reader.read(text, (payload) => {
      const push = readPush(payload);
      return push === null || push instanceof Unreadable ? push : { update: options.read(push) };
    });
    if (read instanceof Unreadable) reader.record(text, read);
    if (!read || read instanceof Unreadable) return;
    reader.startOver();
    if (read.update === null) return;
    pushedAt = context.now();
    options.deliver(read.update);
  }

  return {
    markLive: () => socket?.markLive(),
    refuse: (problem) => socket?.refuse(problem),
    want: (channels) => {
      if (closed) return;
      const next = new Map(channels.map((one) => [nameOf(one), one]));
      const gone = [...wanted].filter(([name]) => !next.has(name)).map(([, channel]) => channel);
      const added = [...next].filter(([name]) => !wanted.has(name)).map(([, channel]) => channel);
      if (wanted.size === 0) pushedAt = context.now();
      wanted = next;
      if (socket === null) {
        if (next.size > 0) socket = open();
        return;
      }
      sendEach('unsubscribe', gone, socket.send);
      sendEach('subscribe', added, socket.send);
    },
    close: () => {
      closed = true;
      clearInterval(timer);
      socket?.close();
    },
  };
}

/**
 * A message of either stream: `{arg, data}`; null for answers to requests and notices; an error the venue sends comes back
 * as what is wrong with it.
 */
export function readPush(payload: unknown): Push | Unreadable | null {
  if (!isObject(payload)) throw new Unreadable('sent something other than an object');
  const { event, arg, data } = payload;
  if (event === 'error') return new Unreadable('did not accept a stream request', '.msg');
  if (event !== undefined) return null;
  if (!isObject(arg)) throw new Unreadable('is missing or not an object', '.arg');
  return { arg, data };
}
