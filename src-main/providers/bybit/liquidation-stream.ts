import type { RealisedLiquidations } from '../../contract/liquidation.ts';
import { at } from '../parse.ts';
import { realisedFrom } from '../parse/realised-events.ts';
import type { LiquidationSubscription, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { symbolOf } from './instruments.ts';
import { liquidationTopic, readLiquidationPush } from './liquidation-push.ts';
import { openTopics } from './topics.ts';

/**
 * All liquidations as they happen. On the address of the candles, so on one connection with them where connections are
 * shared; minutes without one are ordinary, where the same silence of the candles means a stuck connection.
 */
export function openLiquidationStream(
  context: ProviderContext,
  listener: StreamListener<RealisedLiquidations>,
): Stream<LiquidationSubscription> {
  const topics = openTopics<LiquidationSubscription, RealisedLiquidations>(context, listener, {
    topicOf: ({ asset }) => liquidationTopic(asset),
    prefix: 'allLiquidation.',
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
