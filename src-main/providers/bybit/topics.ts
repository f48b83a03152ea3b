import { failure, type Failure } from '../../contract/failure.ts';
import { unixMs, type UnixMs } from '../../contract/market.ts';
import type { Socket } from '../../net/socket.ts';
import { isObject, Unreadable, type JsonObject } from '../parse.ts';
import { StreamReader } from '../parse/stream-reader.ts';
import type { ProviderContext, Stream, StreamListener } from '../provider.ts';
import { providerName } from './ask.ts';
import { bannedMs } from './errors.ts';

const origin = { name: providerName, endpoint: 'stream' };
/** Documented: a ping of the venue's own kind every 20 seconds keeps the connection. */
const pingEveryMs = 20_000;

/** The topics subscribed on one socket, which others may share, by the venue's names (`kline.1.BTCUSDT`). */
export interface Topics<Subscription> extends Stream<Subscription> {
  wanted(topic: string): Subscription | undefined;
  markLive(): void;
  /** Gives the connection up for this; it is opened again by its own back-off. */
  refuse(failure: Failure): void;
}

export interface TopicsOptions<Subscription, Push> {
  readonly topicOf: (subscription: Subscription) => string;
  /** What the names of all topics of this kind begin with: `kline.`. */
  readonly prefix: string;
  /** A push of a wanted topic. Throws Unreadable. */
  readonly read: (subscription: Subscription, push: JsonObject) => Push;
  readonly deliver: (push: Push, topic: string) => void;
  /** No push for so long, although pings are answered: the connection is stuck. Absent: silence is ordinary. */
  readonly stallMs?: number;
  /** These topics are wanted no more; all of them after each connect. */
  readonly dropped?: (topics: readonly string[]) => void;
}

/** Opens with the first want. */
export function openTopics<Subscription, Push>(
  context: ProviderContext,
  listener: Pick<StreamListener<never>, 'state' | 'gap'>,
  options: TopicsOptions<Subscription, Push>,
): Topics<Subscription> {
  const { stallMs = Infinity } = options;
  let wanted = new Map<string, Subscription>();
  let socket: Socket | null = null;
  let closed = false;
  let heardAt: UnixMs = context.now();
  let timer: NodeJS.Timeout | null = null;
  const reader = new StreamReader(context, origin, (problem) => socket?.refuse(problem));

  // One topic a request: the venue refuses a request whole for one topic it does not know (inferred).
  const sendEach = (op: 'subscribe' | 'unsubscribe', topics: readonly string[], send: (text: string) => boolean) => {
    for (const topic of topics) send(JSON.stringify({ req_id: topic, op, args: [topic] }));
  };

  function opened(send: (text: string) => boolean): void {
    reader.startOver();
    heardAt = context.now();
    options.dropped?.([...wanted.keys()]);
    sendEach('subscribe', [...wanted.keys()], send);
    stopPinging();
    timer = setInterval(() => {
      if (wanted.size > 0 && context.now() - heardAt >= stallMs) socket?.refuse(stalled);
      else send(JSON.stringify({ op: 'ping' }));
    }, pingEveryMs);
    timer.unref();
  }

  function stopPinging(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  function receive(text: string): void {
    const push = reader.read(text, readPush);
    if (push instanceof Unreadable) reader.record(text, push);
    if (!push || push instanceof Unreadable) return;
    reader.startOver();
    heardAt = context.now();
    options.deliver(push.push, push.topic);
  }

  /** Null for answers to requests and for what is not wanted; a refused request comes back as what is wrong with it. */
  function readPush(payload: unknown): { readonly push: Push; readonly topic: string } | Unreadable | null {
    if (!isObject(payload)) throw new Unreadable('sent something other than an object');
    const { topic, success, req_id: request } = payload;
    // The answer to a request is named by its topic: another's on the same connection is for the other to record.
    if (typeof request === 'string' && request !== '' && !request.startsWith(options.prefix)) return null;
    if (success === false) return new Unreadable('did not accept a stream request', '.success');
    if (topic === undefined) return null;
    if (typeof topic !== 'string') throw new Unreadable('is not text', '.topic');
    const subscription = wanted.get(topic);
    return subscription === undefined ? null : { push: options.read(subscription, payload), topic };
  }

  const open = (): Socket =>
    context.openSocket({
      url: context.streamUrl,
      onOpen: opened,
      onMessage: receive,
      onState: (state) => {
        if (state.kind === 'down') stopPinging();
        listener.state(state.kind === 'open' ? { kind: 'open' } : state);
        if (state.kind === 'open' && state.again) listener.gap();
      },
      explainEnd: ({ status }) => (status === 403 ? bannedUntil(context.now()) : null),
    });

  return {
    wanted: (topic) => wanted.get(topic),
    markLive: () => socket?.markLive(),
    refuse: (problem) => socket?.refuse(problem),
    want: (subscriptions) => {
      if (closed) return;
      const next = new Map(subscriptions.map((one) => [options.topicOf(one), one]));
      const gone = [...wanted.keys()].filter((topic) => !next.has(topic));
      const added = [...next.keys()].filter((topic) => !wanted.has(topic));
      if (wanted.size === 0) heardAt = context.now();
      wanted = next;
      options.dropped?.(gone);
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
      // Others may go on with the connection.
      if (socket !== null) sendEach('unsubscribe', [...wanted.keys()], socket.send);
      socket?.close();
    },
  };
}

const stalled = failure('timeout', 'Bybit stopped sending; the stream is opened again.');

/** The same status for too many connections and for a region that is not served. */
const bannedUntil = (now: UnixMs): Failure =>
  failure(
    'rate-limited',
    'Bybit refused the stream: it was asked too often, or it is not available from your region.',
    {
      retryAt: unixMs(now + bannedMs),
    },
  );
