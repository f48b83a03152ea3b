import { untrack } from 'svelte';
import type { Wanted } from '../../src-main/contract/channels.ts';
import type { Asset } from '../../src-main/contract/market.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Client } from '../bridge.ts';
import { planKey, Plans } from './plan.svelte.ts';
import type { Terminal } from './terminal.svelte.ts';
import { Visible } from './visible.svelte.ts';
import { wantedOf } from './wanted.ts';

/** What is on screen, of which main is kept told, and what main can afford of it. */
export class Demand {
  readonly #client: Client;
  readonly #terminal: Terminal;
  readonly visible = new Visible();
  readonly plans: Plans;
  /** As text, so that settings which mean the same ask main nothing anew. */
  readonly #text: string = $derived.by(() => JSON.stringify(this.with(this.#terminal.settings.watchlist)));
  readonly wanted: Wanted = $derived.by(() => JSON.parse(this.#text) as Wanted);
  readonly #planKey: string = $derived.by(() => {
    const { settings, budgets, clock } = this.#terminal;
    return planKey(this.#text, settings.plan, budgets.list, clock.now);
  });

  constructor(client: Client, terminal: Terminal) {
    this.#client = client;
    this.#terminal = terminal;
    this.plans = new Plans(client);
  }

  /** What would be wanted with these assets watched. What is new among them counts as seen: it is about to be looked at. */
  with(watchlist: readonly Asset[]): Wanted {
    const { layout, serving, settings } = this.#terminal;
    const { rows } = this.visible;
    const added = watchlist.filter((asset) => !settings.watchlist.includes(asset));
    const inView = rows === null ? null : [...rows, ...added];
    const focus = { ...settings.focus, asset: focusAfter(settings, watchlist) };
    return wantedOf(
      { ...settings, watchlist, focus },
      layout.openTab,
      serving,
      layout.isOpen('watchlist') ? inView : 'closed',
    );
  }

  /** Keeps main told, and asks what follows. Returns the ending. */
  run(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const { notices } = this.#terminal;
        void this.#client.request('workspace/want', this.wanted).catch((thrown) => notices.fail('want', thrown));
      });
      $effect(() => {
        void this.#planKey;
        untrack(() => void this.plans.refresh(this.#terminal.settings.plan));
      });
    });
  }
}

/** The asset in focus once these are watched: what is taken off the watchlist is looked at no longer. */
export function focusAfter({ focus, watchlist }: Settings, next: readonly Asset[]): Asset {
  const isTakenOff = watchlist.includes(focus.asset) && !next.includes(focus.asset);
  return isTakenOff ? (next[0] ?? focus.asset) : focus.asset;
}
