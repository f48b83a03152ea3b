import { failure, FailureError, isRetried } from '../../contract/failure.ts';
import type { Asset, Instrument, UnixMs } from '../../contract/market.ts';
import type { Socket } from '../../net/socket.ts';
import { Unreadable } from '../parse.ts';
import { StreamReader } from '../parse/stream-reader.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { providerName } from './ask.ts';
import type { Instruments } from './instruments.ts';
import { readKlinePush, streamName, type KlinePush } from './kline-push.ts';

const origin = { name: providerName, endpoint: 'stream' };
/** A perpetual trades every few seconds; a connection without any push for so long is stuck though it answers pings. */
const stallMs = 90_000;
/** Between two attempts to learn the instruments that pushes are waiting for. */
const askAgainMs = 5_000;
/** Streams named in one request; ten requests a second are allowed. */
const perRequest = 100;

const barred = failure('plan', 'Binance is not available from your region (its stream refused).');

/**
 * Candles as they form. Server-side disconnects (every 24 h) are ordinary reconnects. Live is what brings candles: answers
 * to requests do not count, and a few pushes in a row that cannot be read end the connection. A push whose instrument is
 * not known yet waits, only the newest of each candle, until it is.
 */
export function openBinanceStream(
  context: ProviderContext,
  instruments: Instruments,
  listener: StreamListener<CandleUpdate>,
): Stream<CandleSubscription> {
  const abort = new AbortController();
  const waiting = new Map<string, KlinePush>();
  let wanted = new Map<string, CandleSubscription>();
  let socket: Socket | null = null;
  const reader = new StreamReader(context, origin, (problem) => socket?.refuse(problem));
  let lastId = 0;
  let askedAt: UnixMs | null = null;

  const sendEach = (method: 'SUBSCRIBE' | 'UNSUBSCRIBE', names: readonly string[], send: (text: string) => boolean) => {
    for (let from = 0; from < names.length; from += perRequest) {
      lastId += 1;
      send(JSON.stringify({ method, params: names.slice(from, from + perRequest), id: lastId }));
    }
  };

  function open(): void {
    socket = context.openSocket({
      url: context.streamUrl,
      stallMs,
      onOpen: (send) => {
        reader.startOver();
        waiting.clear();
        sendEach('SUBSCRIBE', [...wanted.keys()], send);
      },
      onMessage: receive,
      onState: (state) => {
        listener.state(state.kind === 'open' ? { kind: 'open' } : state);
        if (state.kind === 'open' && state.again) listener.gap();
      },
      explainEnd: ({ status }) => (status === 451 ? barred : null),
    });
  }

  function receive(text: string): void {
    const push = reader.read(text, (payload) => readKlinePush(payload, context.now()));
    if (push instanceof Unreadable) reader.record(text, push);
    if (!push || push instanceof Unreadable) return;
    reader.startOver();
    const subscription = wanted.get(push.stream);
    if (subscription === undefined) return;
    const instrument = instruments.known(subscription.asset);
    if (instrument !== null) {
      deliver(push, instrument);
      return;
    }
    waiting.set(push.stream, push);
    void learn(subscription.asset);
  }

  function deliver({ timeframe, candle, eventTime, receivedAt }: KlinePush, instrument: Instrument): void {
    socket?.markLive();
    listener.update({ instrument, timeframe, candle, eventTime, receivedAt });
  }

  async function learn(asset: Asset): Promise<void> {
    const now = context.now();
    if (askedAt !== null && now - askedAt < askAgainMs && now >= askedAt) return;
    askedAt = now;
    try {
      await instruments.of(asset, abort.signal);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      // Asked again with a later push; the REST side of the provider tells the user what is wrong.
      if (!isRetried(thrown.failure)) waiting.clear();
      return;
    }
    for (const [name, push] of waiting) {
      const subscription = wanted.get(name);
      const instrument = subscription && instruments.known(subscription.asset);
      if (instrument) deliver(push, instrument);
    }
    waiting.clear();
  }

  return {
    want: (subscriptions) => {
      if (abort.signal.aborted) return;
      const next = new Map(subscriptions.map((one) => [streamName(one.asset, one.timeframe), one]));
      const gone = [...wanted.keys()].filter((name) => !next.has(name));
      const added = [...next.keys()].filter((name) => !wanted.has(name));
      wanted = next;
      for (const name of gone) waiting.delete(name);
      if (socket === null) {
        if (next.size > 0) open();
        return;
      }
      sendEach('UNSUBSCRIBE', gone, socket.send);
      sendEach('SUBSCRIBE', added, socket.send);
    },
    close: () => {
      abort.abort();
      waiting.clear();
      socket?.close();
    },
  };
}
