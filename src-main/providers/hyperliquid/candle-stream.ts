import type { Instrument } from '../../contract/market.ts';
import { InstrumentWait } from '../parse/instrument-wait.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import type { CandlePush } from './candle-push.ts';
import { openChannels } from './channels.ts';
import type { Instruments } from './instruments.ts';

/**
 * Candles as they form. The venue never says that one is over: its last state before the next one begins is told once
 * more as closed (inferred). A push whose instrument is not known yet waits, only the newest of each candle, until it is.
 */
export function openCandleStream(
  context: ProviderContext,
  instruments: Instruments,
  listener: StreamListener<CandleUpdate>,
): Stream<CandleSubscription> {
  /** The newest state told, by coin and length. */
  const last = new Map<string, CandlePush>();
  const wait = new InstrumentWait<CandlePush, Instrument>({
    now: context.now,
    instruments,
    isOneAnswer: false,
    deliver: tell,
    giveUp: (problem) => channels.refuse(problem),
  });
  const channels = openChannels(context, listener, {
    deliver: (push) => {
      const asset = channels.wanted(push)?.asset;
      if (asset !== undefined) wait.take(keyOf(push), asset, push);
    },
    opened: () => {
      wait.clear();
      last.clear();
    },
  });
  const isGone = (push: CandlePush): boolean => channels.wanted(push) === undefined;
  const keyOf = ({ coin, timeframe }: CandlePush): string => `${coin} ${timeframe}`;

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

  return {
    want: (subscriptions) => {
      channels.want(subscriptions);
      wait.drop(isGone);
      for (const [key, push] of last) if (isGone(push)) last.delete(key);
    },
    close: () => {
      wait.close();
      channels.close();
    },
  };
}
