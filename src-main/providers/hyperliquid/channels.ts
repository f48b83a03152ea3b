import { failure, type Failure } from '../../contract/failure.ts';
import type { Socket } from '../../net/socket.ts';
import { isObject, Unreadable } from '../parse.ts';
import { StreamReader } from '../parse/stream-reader.ts';
import type { CandleSubscription, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { providerName } from './ask.ts';
import { readCandlePush, type CandlePush } from './candle-push.ts';
import { intervalOf } from './candles.ts';
import { coinOf } from './coins.ts';

const origin = { name: providerName, endpoint: 'stream' };
/** Documented: a connection that is silent for 60 seconds is closed, and this ping with its answer counts. */
const pingEveryMs = 25_000;
/** Pings are answered with messages, so even the quietest coin is heard from. */
const stallMs = 90_000;
/** Pongs alone do not prove the subscriptions: without any candle for so long they are made anew. */
const candlelessMs = 600_000;

const nameOf = (coin: string, interval: string): string => `${coin} ${interval}`;

/** One socket and the candles subscribed on it. Opens with the first want. */
export interface Channels extends Stream<CandleSubscription> {
  wanted(push: CandlePush): CandleSubscription | undefined;
  markLive(): void;
  /** Gives the connection up for this; it is opened again by its own back-off. */
  refuse(failure: Failure): void;
}

export function openChannels(
  context: ProviderContext,
  listener: Pick<StreamListener<never>, 'state' | 'gap'>,
  options: { readonly deliver: (push: CandlePush) => void; readonly opened: () => void },
): Channels {
  let wanted = new Map<string, CandleSubscription>();
  let socket: Socket | null = null;
  let closed = false;
  let candleAt = context.now();
  let timer: NodeJS.Timeout | null = null;
  const reader = new StreamReader(context, origin, (problem) => socket?.refuse(problem));

  const sendEach = (
    method: 'subscribe' | 'unsubscribe',
    subscriptions: Iterable<CandleSubscription>,
    send: (text: string) => boolean,
  ): void => {
    for (const { asset, timeframe } of subscriptions) {
      const subscription = { type: 'candle', coin: coinOf(asset), interval: intervalOf[timeframe] };
      send(JSON.stringify({ method, subscription }));
    }
  };

  function stopPinging(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  /** Acknowledgements, answers to pings and channels nobody asked for are none; a refused request is what is wrong. */
  function readMessage(payload: unknown): readonly CandlePush[] | Unreadable | null {
    if (!isObject(payload)) throw new Unreadable('sent something other than an object');
    const { channel, data } = payload;
    if (typeof channel !== 'string') throw new Unreadable('is missing or not text', '.channel');
    if (channel === 'error') return new Unreadable('says that a stream request was not accepted', '.data');
    return channel === 'candle' ? readCandlePush(data) : null;
  }

  function receive(text: string): void {
    const pushes = reader.read(text, readMessage);
    if (pushes instanceof Unreadable) reader.record(text, pushes);
    if (!pushes || pushes instanceof Unreadable) return;
    reader.startOver();
    candleAt = context.now();
    pushes.forEach(options.deliver);
  }

  function beat(): void {
    if (wanted.size > 0 && context.now() - candleAt >= candlelessMs) socket?.refuse(candleless);
    else socket?.send(JSON.stringify({ method: 'ping' }));
  }

  const open = (): Socket =>
    context.openSocket({
      url: context.streamUrl,
      stallMs,
      onOpen: (send) => {
        reader.startOver();
        options.opened();
        candleAt = context.now();
        sendEach('subscribe', wanted.values(), send);
        stopPinging();
        timer = setInterval(beat, pingEveryMs);
        timer.unref();
      },
      onMessage: receive,
      onState: (state) => {
        if (state.kind === 'down') stopPinging();
        listener.state(state.kind === 'open' ? { kind: 'open' } : state);
        if (state.kind === 'open' && state.again) listener.gap();
      },
    });

  return {
    wanted: ({ coin, timeframe }) => wanted.get(nameOf(coin, intervalOf[timeframe])),
    markLive: () => socket?.markLive(),
    refuse: (problem) => socket?.refuse(problem),
    want: (subscriptions) => {
      if (closed) return;
      const next = new Map(
        subscriptions.map((one) => [nameOf(coinOf(one.asset), intervalOf[one.timeframe]), one] as const),
      );
      const gone = [...wanted].filter(([name]) => !next.has(name)).map(([, one]) => one);
      const added = [...next].filter(([name]) => !wanted.has(name)).map(([, one]) => one);
      if (wanted.size === 0) candleAt = context.now();
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
      stopPinging();
      socket?.close();
    },
  };
}

const candleless = failure('timeout', 'Hyperliquid stopped sending candles; the stream is opened again.');
