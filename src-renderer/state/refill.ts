import type { StartState } from '../../src-main/contract/channels.ts';
import type { SourceChange } from './sources.ts';
import type { Terminal } from './terminal.svelte.ts';

/** Shows what the cache has of the sources in use. */
export function fill(terminal: Terminal, start: StartState): void {
  for (const status of start.statuses) terminal.providers.accept(status);
  for (const budget of start.budgets) terminal.budgets.accept(budget);
  for (const quote of start.quotes) if (terminal.isInUse(quote.instrument.source)) terminal.quotes.accept(quote);
  for (const snapshot of start.snapshots) terminal.snapshots.accept(snapshot);
  terminal.history.replace(start.history);
}

/** Takes away what a change of sources made untrue. */
export function forget(terminal: Terminal, { all, providers }: SourceChange): void {
  const { budgets, candles, liquidations, moments, plans, quotes, snapshots, volumes } = terminal;
  if (all) {
    terminal.highlight = null;
    for (const part of [quotes, snapshots, moments, volumes, liquidations, budgets, plans]) part.clear();
    void candles.reopen();
  } else {
    for (const provider of providers) snapshots.drop(provider);
    moments.clear();
    volumes.clear();
  }
}
