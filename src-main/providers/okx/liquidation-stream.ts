import type { RealisedLiquidations } from '../../contract/liquidation.ts';
import type { Asset, UnixMs } from '../../contract/market.ts';
import { InstrumentWait } from '../parse/instrument-wait.ts';
import { realisedFrom } from '../parse/realised-events.ts';
import type { LiquidationSubscription, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { openChannels } from './channels.ts';
import { instIdOf, type Contract, type Contracts } from './contracts.ts';
import { liquidationChannel, readLiquidations, type ContractLiquidation } from './liquidations.ts';

interface Waiting {
  readonly events: readonly ContractLiquidation[];
  readonly receivedAt: UnixMs;
}

/**
 * Liquidations as they happen, of one channel with all swaps. A sample: the exchange says that they are not all of them.
 * Sizes come in contracts; while their size in coins is not known the liquidations wait.
 */
export function openLiquidationStream(
  context: ProviderContext,
  contracts: Contracts,
  listener: StreamListener<RealisedLiquidations>,
): Stream<LiquidationSubscription> {
  let wanted = new Map<string, Asset>();
  const wait = new InstrumentWait<Waiting, Contract>({
    now: context.now,
    instruments: contracts,
    isOneAnswer: true,
    deliver,
    giveUp: (problem) => channels.refuse(problem),
  });
  const channels = openChannels<readonly { asset: Asset; waiting: Waiting }[]>(context, listener, {
    url: context.streamUrl,
    stallMs: null,
    read: (push) => {
      const found = readLiquidations(push, (instId) => wanted.has(instId));
      const receivedAt = context.now();
      return (
        found && [...found].map(([instId, events]) => ({ asset: wanted.get(instId)!, waiting: { events, receivedAt } }))
      );
    },
    deliver: (found) => {
      for (const { asset, waiting } of found) if (waiting.events.length > 0) wait.take(waiting, asset, waiting);
    },
  });

  function deliver({ events, receivedAt }: Waiting, { instrument, coinsPerContract }: Contract): void {
    const { asset, symbol } = instrument;
    if (!wanted.has(symbol)) return;
    const inCoins = events.map(({ contracts: count, ...event }) => ({ ...event, coins: count * coinsPerContract }));
    const about = { source: context.source, asset, symbol, isSample: true, priceBasis: 'bankruptcy' as const };
    channels.markLive();
    listener.update(realisedFrom(about, inCoins, receivedAt));
  }

  return {
    want: (subscriptions) => {
      wanted = new Map(subscriptions.map(({ asset }) => [instIdOf(asset), asset]));
      channels.want(wanted.size === 0 ? [] : [liquidationChannel]);
    },
    close: () => {
      wait.close();
      channels.close();
    },
  };
}
