import { FailureError, type Failure } from '../../contract/failure.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import type { SnapshotKind } from '../../contract/snapshot.ts';
import { withoutSecrets } from '../../net/redact.ts';
import type { Socket, SocketEnd, SocketState } from '../../net/socket.ts';
import { readPayload, reject, Unreadable } from '../parse.ts';
import { RejectionGate } from '../parse/rejection-gate.ts';
import type { ProviderContext, SnapshotSubscription, SnapshotUpdate, Stream, StreamListener } from '../provider.ts';
import { keyOf, providerName } from './ask.ts';
import { streamErrorOf } from './errors.ts';
import { gexAssets } from './info.ts';
import { mapExchange } from './liquidations.ts';
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
 * not documented, and again after each reconnect. A push that cannot be read is recorded and the stream goes on; a
 * refused key or a plan without the stream ends it for good.
 * `lastPrice`: the asset's price of the last GEX answer, for pushes that carry none.
 */
export function openKingfisherStream(
  context: ProviderContext,
  listener: StreamListener<SnapshotUpdate>,
  lastPrice: Map<Asset, number>,
  counts: StreamCounts = { ignored: 0 },
): Stream<SnapshotSubscription> {
  const gate = new RejectionGate(context.onRejected);
  const gated = { source: context.source, now: context.now, onRejected: gate.take.bind(gate) };
  let wanted = new Map<string, SnapshotSubscription>();
  let socket: Socket | null = null;
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
        send(JSON.stringify({ action: 'auth', apiKey: key }));
        for (const subscription of wanted.values()) send(requestOf('subscribe', subscription));
      },
      onMessage: (text) => receive(withoutSecrets(text, [key])),
      onState: (state) => tell(state),
      explainEnd: (end) => explainEnd(end, context.now()),
    });
  }

  function tell(state: SocketState): void {
    if (state.kind !== 'open') listener.state(state);
    else if (state.again) listener.gap();
  }

  function receive(text: string): void {
    const message = read(text);
    if (message === 'rejected') return; // recorded; the stream goes on
    if (message === null) counts.ignored += 1;
    else if ('update' in message) listener.update(message.update);
    else refuse(message.failure, text);
  }

  function read(text: string) {
    const wants = (kind: SnapshotKind, asset: Asset) => wanted.has(`${kind} ${asset}`);
    try {
      return readPayload(gated, origin, text, (payload) => readMessage(payload, { context, lastPrice, wants }));
    } catch (thrown) {
      if (thrown instanceof FailureError) return 'rejected';
      throw thrown;
    }
  }

  function refuse(problem: Failure, text: string): void {
    // What was asked wrongly concerns one subscription; the others go on.
    if (problem.kind === 'bad-request')
      reject(gated, origin, text, new Unreadable(problem.message.replace(/^Kingfisher |\.$/g, '')));
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

/** Inferred: a refused upgrade means what the same status means over REST; closing codes in the range for applications likewise. */
function explainEnd({ status, code, reason, headers }: SocketEnd, now: UnixMs): Failure | null {
  const meant = status ?? (code !== null && code >= 4000 ? code - 4000 : null);
  if (meant === null || ![401, 402, 403, 429].includes(meant)) return null;
  return streamErrorOf({ error: 'closed', code: meant, message: reason, retry_after: headers['retry-after'] }, now);
}
