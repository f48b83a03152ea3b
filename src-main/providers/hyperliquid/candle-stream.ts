import { FailureError } from '../../contract/failure.ts';
import type { Asset, Instrument, UnixMs } from '../../contract/market.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import type { CandlePush } from './candle-push.ts';
import { openChannels } from './channels.ts';
import type { Instruments } from './instruments.ts';

/** Between two attempts to learn the instrument that pushes are waiting for. */
const askAgainMs = 5_000;

/**
 * Candles as they form. The venue never says that one is over: its last state before the next one begins is told once
 * more as closed (inferred). A push whose instrument is not known yet waits, only the newest of each candle, until it is.
 */
export function openCandleStream(
  context: ProviderContext,
  instruments: Instruments,
  listener: StreamListener<CandleUpdate>,
): Stream<CandleSubscription> {
  const abort = new AbortController();
  const waiting = new Map<string, CandlePush>();
  /** The newest state told, by coin and length. */
  const last = new Map<string, CandlePush>();
  const askedAt = new Map<Asset, UnixMs>();
  const channels = openChannels(context, listener, {
    deliver,
    opened: () => {
      waiting.clear();
      last.clear();
    },
  });
  const keyOf = ({ coin, timeframe }: CandlePush): string => `${coin} ${timeframe}`;

  function deliver(push: CandlePush): void {
    const subscription = channels.wanted(push);
    if (subscription === undefined) return;
    const instrument = instruments.known(subscription.asset);
    if (instrument !== null) return tell(push, instrument);
    waiting.set(keyOf(push), push);
    void learn(subscription.asset);
  }

  function tell(push: CandlePush, instrument: Instrument): void {
    const { timeframe, candle } = push;
    const before = last.get(keyOf(push))?.candle;
    if (before !== undefined && candle.openTime < before.openTime) return; // told as closed already
    channels.markLive();
    // The venue sends no time of its own.
    const receivedAt = context.now();
    const head = { instrument, timeframe, eventTime: receivedAt, receivedAt };
    if (before !== undefined && candle.openTime > before.openTime) {
      listener.update({ ...head, candle: { ...before, closed: true } });
    }
    last.set(keyOf(push), push);
    listener.update({ ...head, candle });
  }

  async function learn(asset: Asset): Promise<void> {
    const now = context.now();
    const asked = askedAt.get(asset);
    if (asked !== undefined && now - asked < askAgainMs && now >= asked) return;
    askedAt.set(asset, now);
    let instrument: Instrument;
    try {
      instrument = await instruments.of(asset, abort.signal);
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown;
      return; // asked again with a later push; the REST side of the provider tells the user what is wrong
    }
    for (const [key, push] of waiting) {
      if (channels.wanted(push)?.asset !== asset) continue;
      waiting.delete(key);
      tell(push, instrument);
    }
  }

  return {
    want: (subscriptions) => {
      channels.want(subscriptions);
      for (const kept of [waiting, last]) {
        for (const [key, push] of kept) if (channels.wanted(push) === undefined) kept.delete(key);
      }
    },
    close: () => {
      abort.abort();
      waiting.clear();
      channels.close();
    },
  };
}
