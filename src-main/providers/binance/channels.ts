import { failure, type Failure } from '../../contract/failure.ts';
import type { Socket } from '../../net/socket.ts';
import { isObject } from '../parse.ts';
import { StreamReader } from '../parse/stream-reader.ts';
import type { ProviderContext, Stream, StreamListener } from '../provider.ts';
import { providerName } from './ask.ts';

const origin = { name: providerName, endpoint: 'stream' };
/** Streams named in one request; ten requests a second are allowed. */
const perRequest = 100;

const barred = failure('plan', 'Binance is not available from your region (its stream refused).');

/** The id of the last request, one sequence for all that may share a connection: an answer tells whose it is. */
const lastIds = new WeakMap<ProviderContext, number>();

/** The streams subscribed on one socket, which others may share, by the venue's names (`btcusdt@kline_1m`). */
export interface Channels<Subscription> extends Stream<Subscription> {
  readonly reader: StreamReader;
  wanted(name: string): Subscription | undefined;
  /** The answer to a request of another on the same connection. */
  isOthersAnswer(payload: unknown): boolean;
  markLive(): void;
  /** Gives the connection up for this; it is opened again by its own back-off. */
  refuse(failure: Failure): void;
}

export interface ChannelsOptions<Subscription> {
  readonly nameOf: (subscription: Subscription) => string;
  /** Nothing received for so long, although pings are answered: the connection is stuck. Absent: silence is ordinary. */
  readonly stallMs?: number;
  /** Whether the message is of a stream wanted here. */
  readonly receive: (text: string) => boolean;
  /** These names are wanted no more; all of them after each connect. */
  readonly dropped?: (names: readonly string[]) => void;
}

/**
 * Open while anything is wanted: a connection without streams is silent, and would pass for a stuck one. Server-side
 * disconnects (every 24 h) are ordinary reconnects.
 */
export function openChannels<Subscription>(
  context: ProviderContext,
  listener: Pick<StreamListener<never>, 'state' | 'gap'>,
  options: ChannelsOptions<Subscription>,
): Channels<Subscription> {
  let wanted = new Map<string, Subscription>();
  let socket: Socket | null = null;
  let closed = false;
  let wasOpen = false;
  const ids = new Set<number>();
  const reader = new StreamReader(context, origin, (problem) => socket?.refuse(problem));

  const sendEach = (method: 'SUBSCRIBE' | 'UNSUBSCRIBE', names: readonly string[], send: (text: string) => boolean) => {
    for (let from = 0; from < names.length; from += perRequest) {
      const id = (lastIds.get(context) ?? 0) + 1;
      if (!send(JSON.stringify({ method, params: names.slice(from, from + perRequest), id }))) return;
      lastIds.set(context, id);
      ids.add(id);
    }
  };

  const open = (): Socket =>
    context.openSocket({
      url: context.streamUrl,
      ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
      onOpen: (send) => {
        reader.startOver();
        ids.clear();
        options.dropped?.([...wanted.keys()]);
        sendEach('SUBSCRIBE', [...wanted.keys()], send);
      },
      onMessage: options.receive,
      onState: (state) => {
        listener.state(state.kind === 'open' ? { kind: 'open' } : state);
        if (state.kind !== 'open') return;
        if (wasOpen) listener.gap();
        wasOpen = true;
      },
      explainEnd: ({ status }) => (status === 451 ? barred : null),
    });

  /** Others may go on with the connection: what is subscribed is taken back first. */
  const leave = (names: readonly string[]): void => {
    if (socket !== null) sendEach('UNSUBSCRIBE', names, socket.send);
    socket?.close();
    socket = null;
  };

  return {
    reader,
    wanted: (name) => wanted.get(name),
    isOthersAnswer: (payload) => isObject(payload) && typeof payload['id'] === 'number' && !ids.has(payload['id']),
    markLive: () => socket?.markLive(),
    refuse: (problem) => socket?.refuse(problem),
    want: (subscriptions) => {
      if (closed) return;
      const next = new Map(subscriptions.map((one) => [options.nameOf(one), one]));
      const gone = [...wanted.keys()].filter((name) => !next.has(name));
      const added = [...next.keys()].filter((name) => !wanted.has(name));
      wanted = next;
      options.dropped?.(gone);
      if (next.size === 0) {
        leave(gone);
        return;
      }
      if (socket === null) {
        socket = open();
        return;
      }
      sendEach('UNSUBSCRIBE', gone, socket.send);
      sendEach('SUBSCRIBE', added, socket.send);
    },
    close: () => {
      closed = true;
      leave([...wanted.keys()]);
    },
  };
}
