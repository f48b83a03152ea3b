import type { MarketState } from '../../src-main/contract/channels.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Client } from '../bridge.ts';
import type { Terminal } from './terminal.svelte.ts';

/** What to do about the events that change more than one part of the window. */
export interface Turns {
  settings(settings: Settings): void;
  market(market: MarketState): void;
}

/** Brings main's events to the parts that they are of: one line each. Returns the endings. */
export function listen(client: Client, terminal: Terminal, turns: Turns): readonly (() => void)[] {
  return [
    client.on('settings/changed', turns.settings),
    client.on('market/changed', turns.market),
    client.on('notice/changed', (notice) => terminal.notices.accept(notice)),
    client.on('provider/changed', (status) => terminal.providers.accept(status)),
    client.on('budget/changed', (budget) => terminal.budgets.accept(budget)),
    client.on('quote/changed', (quote) => {
      if (terminal.isInUse(quote.instrument.source)) terminal.quotes.accept(quote);
    }),
    client.on('volumes/changed', ({ source, asset }) => terminal.volumes.changed(source, asset)),
    client.on('liquidations/arrived', ({ source, asset }) => terminal.liquidations.arrived(source, asset)),
    client.on('store/job', (job) => terminal.keeping.acceptJob(job)),
    client.on('history/changed', (job) => terminal.history.accept(job)),
    client.on('snapshot/changed', (snapshot) => terminal.snapshots.accept(snapshot)),
    client.on('snapshot/trouble', (trouble) => terminal.snapshots.acceptTrouble(trouble)),
    client.on('candles/refilled', ({ asset, timeframe }) => void terminal.candles.refilled(asset, timeframe)),
    terminal.onTick((tick) => terminal.candles.acceptTick(tick)),
  ];
}
