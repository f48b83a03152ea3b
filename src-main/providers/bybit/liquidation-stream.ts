import type { RealisedLiquidations } from '../../contract/liquidation.ts';
import { at } from '../parse.ts';
import { realisedFrom } from '../parse/realised-events.ts';
import type { LiquidationSubscription, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { symbolOf } from './instruments.ts';
import { liquidationTopic, readLiquidationPush } from './liquidation-push.ts';
import { openTopics } from './topics.ts';

/**
 * All liquidations as they happen. On a socket of its own: minutes without one are ordinary, where the same silence of the
 * candles means a stuck connection, and trouble with one must not be a gap in the other.
 */
export function openLiquidationStream(
  context: ProviderContext,
  listener: StreamListener<RealisedLiquidations>,
): Stream<LiquidationSubscription> {
  const topics = openTopics<LiquidationSubscription, RealisedLiquidations>(context, listener, {
    topicOf: ({ asset }) => liquidationTopic(asset),
    read: ({ asset }, push) => {
      const events = readLiquidationPush(push, asset);
      const about = { source: context.source, asset, symbol: symbolOf(asset), isSample: false } as const;
      return at('.data', () => realisedFrom({ ...about, priceBasis: 'bankruptcy' }, events, context.now()));
    },
    deliver: (update) => {
      if (update.times.length === 0) return;
      topics.markLive();
      listener.update(update);
    },
  });
  return { want: topics.want, close: topics.close };
}
