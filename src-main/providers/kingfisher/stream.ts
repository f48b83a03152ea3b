import { FailureError, type Failure } from '../../contract/failure.ts';
import type { Asset } from '../../contract/market.ts';
import type { SnapshotKind } from '../../contract/snapshot.ts';
import { withoutSecrets } from '../../net/redact.ts';
import type { Socket, SocketState } from '../../net/socket.ts';
import { Unreadable } from '../parse.ts';
import { StreamReader } from '../parse/stream-reader.ts';
import type { ProviderContext, SnapshotSubscription, SnapshotUpdate, Stream, StreamListener } from '../provider.ts';
import { keyOf, providerName } from './ask.ts';
import { gexAssets } from './info.ts';
import { mapExchange } from './liquidations.ts';
import { StreamEnds } from './stream-end.ts';
import { channelFor, readMessage } from './stream-messages.ts';

const origin = { name: providerName, endpoint: 'stream' };
/** Real-time channels that say nothing for so long are taken for stuck (inferred: no heartbeat is documented). */
const stallMs = 5 * 60_000;

/** Messages that were neither data nor errors: acknowledgements, heartbeats, channels nobody asked for. */
export interface StreamCounts {
  ignored: number;
}

/**
 * One socket for all channels. Authentication and subscriptions are sent without waiting for an acknowledgement, which is
 * not documented, and again after each reconnect. Live is what brings data: acknowledgements and errors do not count. A
 * push that cannot be read is recorded and the stream goes on; a few in a row end the connection. A refused key or a plan
 * without the stream ends it for good.
 */
export function openKingfisherStream(
  context: ProviderContext,
  listener: StreamListener<SnapshotUpdate>,
  counts: StreamCounts = { ignored: 0 },
): Stream<SnapshotSubscription> {
  const ends = new StreamEnds();
  let wanted = new Map<string, SnapshotSubscription>();
  let socket: Socket | null = null;
  const reader = new StreamReader(context, origin, (problem) => socket?.refuse(problem));
  let isClosed = false;

  function open(): void {
    let key: string;
    try {
      key = keyOf(context);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      listener.state({ kind: 'down', failure: thrown.failure, retryAt: null });
      return;
    }
    socket = context.openSocket({
      url: context.streamUrl,
      secrets: [key],
      stallMs,
      onOpen: (send) => {
        reader.startOver();
        ends.opened(context.now());
        send(JSON.stringify({ action: 'auth', apiKey: key }));
        for (const subscription of wanted.values()) send(requestOf('subscribe', subscription));
      },
      onMessage: (text) => receive(withoutSecrets(text, [key])),
      onState: (state) => tell(state),
      explainEnd: (end) => ends.explain(end, context.now()),
    });
  }

  function tell(state: SocketState): void {
    if (state.kind !== 'open') {
      listener.state(state);
      return;
    }
    listener.state({ kind: 'open' });
    if (state.again) listener.gap();
  }

  function receive(text: string): void {
    const wants = (kind: SnapshotKind, asset: Asset) => wanted.has(`${kind} ${asset}`);
    const message = reader.read(text, (payload) => readMessage(payload, { context, wants }));
    if (message === undefined) return;
    if (message === null) counts.ignored += 1;
    else if ('update' in message) bring(message.update);
    else refuse(message.failure, text);
  }

  function bring(update: SnapshotUpdate): void {
    reader.startOver();
    ends.brought();
    socket?.markLive();
    listener.update(update);
  }

  function refuse(problem: Failure, text: string): void {
    // What was asked wrongly concerns one subscription; the others go on.
    if (problem.kind === 'bad-request')
      reader.record(text, new Unreadable(problem.message.replace(/^Kingfisher |\.$/g, '')));
    else socket?.refuse(problem);
  }

  return {
    want: (subscriptions) => {
      if (isClosed) return;
      const next = new Map(subscriptions.filter(hasChannel).map((one) => [`${one.kind} ${one.asset}`, one]));
      for (const [name, one] of wanted) if (!next.has(name)) socket?.send(requestOf('unsubscribe', one));
      for (const [name, one] of next) if (!wanted.has(name)) socket?.send(requestOf('subscribe', one));
      wanted = next;
      if (socket === null && wanted.size > 0) open();
    },
    close: () => {
      isClosed = true;
      socket?.close();
    },
  };
}

function hasChannel({ kind, asset }: SnapshotSubscription): boolean {
  if (kind === 'gex') return (gexAssets as readonly string[]).includes(asset);
  return channelFor(kind) !== null;
}

/** `unsubscribe` is inferred; where it is not understood, its pushes are ignored. */
function requestOf(action: 'subscribe' | 'unsubscribe', { kind, asset }: SnapshotSubscription): string {
  return JSON.stringify({ action, channel: channelFor(kind), asset, exchange: mapExchange });
}
