import type { MarketState, Notice } from '../contract/channels.ts';
import { toFailure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { MarketMode, Settings } from '../contract/settings.ts';
import { priceProviders } from '../contract/source.ts';
import type { Lines, LineTools } from './lines.ts';
import { MarketChoice } from './market-choice.ts';
import { livePlace, type SimulatedPlaces } from './place.ts';
import { testProvider } from './provider-test.ts';

export interface MarketsTools extends LineTools {
  /** In this run the simulated market stands in for `auto`, until the user chooses. */
  readonly simulated: boolean;
  /** Starts the simulated market (again, after it was stopped) and resolves when its servers answer. */
  startSimulation(): Promise<SimulatedPlaces>;
  stopSimulation(): void;
}

export interface MarketsOrders {
  settings(): Settings;
  lines(): Lines;
  hasLiveCache(): boolean;
}

const simulationRestMs = 2_000;

/** Builds the lines in the market that is chosen: the live one, or the simulated one with its servers. */
export class Markets {
  readonly #tools: MarketsTools;
  readonly #orders: MarketsOrders;
  readonly #choice: MarketChoice;
  #generation = 0;
  #isStarted = false;
  #isForced: boolean;

  constructor(tools: MarketsTools, orders: MarketsOrders) {
    this.#tools = tools;
    this.#orders = orders;
    this.#isForced = tools.simulated;
    const market = {
      hasLiveCache: () => orders.hasLiveCache(),
      reach: (signal: AbortSignal) => this.#reachPublicMarkets(signal),
      changed: (state: MarketState) => {
        tools.publish('market/changed', state);
        if (this.#isStarted) this.#connect();
      },
    };
    this.#choice = new MarketChoice(market, this.#mode);
  }

  get state(): MarketState {
    return this.#choice.state;
  }

  /** Whether lines are built in the market that is chosen. */
  get isSettled(): boolean {
    return this.#isStarted && this.#choice.isSettled;
  }

  /** Connects what the settings ask for; returns at once, lines come up as they can. */
  start(): void {
    this.#isStarted = true;
    // Servers that are still coming up for a market that was left build nothing any more.
    this.#generation++;
    this.#orders.lines().dropAll();
    if (this.#choice.choose(this.#mode)) this.#connect();
  }

  /** The mode as the settings have it, or simulated in this run; `save` writes the new one. */
  choose(mode: MarketMode, save: () => void): void {
    const isKnown = mode === this.#mode;
    save();
    this.#isForced = false;
    if (isKnown) return;
    this.start();
    this.#tools.publish('market/changed', this.state);
  }

  /** The simulated market's thread ended by itself: its servers are started again, after a pause. */
  simulationDied(): void {
    this.#orders.lines().dropAll();
    const generation = this.#generation;
    setTimeout(() => {
      if (generation === this.#generation && this.#choice.effective === 'simulated') this.#connect();
    }, simulationRestMs);
  }

  close(): void {
    this.#generation++;
    this.#isStarted = false;
    this.#choice.close();
  }

  /** Started as simulated it is that in place of `auto`, until the user chooses. */
  get #mode(): MarketMode {
    const { market } = this.#orders.settings();
    return market === 'auto' && this.#isForced ? 'simulated' : market;
  }

  #connect(): void {
    const generation = ++this.#generation;
    const lines = this.#orders.lines();
    lines.dropAll();
    if (this.#choice.effective === 'live') {
      this.#tools.stopSimulation();
      lines.buildAll(null);
      return;
    }
    this.#tools
      .startSimulation()
      .then((places) => {
        if (generation === this.#generation) lines.buildAll(places);
      })
      .catch((thrown: unknown) => {
        if (generation === this.#generation)
          this.#tools.publish('notice/changed', notStarted(thrown, this.#tools.now()));
      });
  }

  /** Resolves with the first public market that answers; rejects when none does. */
  async #reachPublicMarkets(signal: AbortSignal): Promise<void> {
    const { providers } = this.#tools;
    const settings = this.#orders.settings();
    const asked = priceProviders.map(async (id) => {
      const place = livePlace(providers[id].info, settings.providers[id]);
      await testProvider(providers[id], place, this.#orders.lines().key(id), this.#tools, signal);
    });
    await Promise.any(asked);
  }
}

function notStarted(thrown: unknown, at: UnixMs): Notice {
  const { message, detail } = toFailure(thrown);
  const text = `The simulated market did not start. ${message} ${detail}`;
  return { id: 'simulation', level: 'error', text, at, resolved: false };
}
