import type { RealisedLiquidations } from '../../contract/liquidation.ts';
import { at, Unreadable } from '../parse.ts';
import { realisedFrom } from '../parse/realised-events.ts';
import type { LiquidationSubscription, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { openChannels } from './channels.ts';
import { forceOrderStream, readForceOrder } from './force-order.ts';
import { symbolOf } from './instruments.ts';

/**
 * Liquidations as they happen: a sample, at most one order a second and symbol, by the venue's own rule. On the address
 * of the candles, so on one connection with them where connections are shared; minutes without a liquidation are
 * ordinary, where the same silence of the candles means a stuck connection.
 */
export function openLiquidationStream(
  context: ProviderContext,
  listener: StreamListener<RealisedLiquidations>,
): Stream<LiquidationSubscription> {
  const channels = openChannels<LiquidationSubscription>(context, listener, {
    nameOf: ({ asset }) => forceOrderStream(asset),
    receive: (text) => {
      const { reader } = channels;
      const update = reader.read(text, read);
      if (update instanceof Unreadable) reader.record(text, update);
      if (!update || update instanceof Unreadable) return false;
      reader.startOver();
      channels.markLive();
      listener.update(update);
      return true;
    },
  });

  function read(payload: unknown): RealisedLiquidations | Unreadable | null {
    if (channels.isOthersAnswer(payload)) return null;
    const order = readForceOrder(payload);
    if (order === null || order instanceof Unreadable) return order;
    const asset = channels.wanted(order.stream)?.asset;
    if (asset === undefined) return null;
    const about = { source: context.source, asset, symbol: symbolOf(asset), isSample: true };
    return at('.o', () => realisedFrom({ ...about, priceBasis: order.priceBasis }, [order.event], context.now()));
  }

  return channels;
}
