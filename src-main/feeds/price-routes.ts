import type { Failure, FailureKind } from '../contract/failure.ts';
import type { Asset } from '../contract/market.ts';
import { priceProviders, type PriceProvider } from '../contract/source.ts';
import { backoffMs } from '../net/backoff.ts';

export interface RouteTools {
  /** The user's choice for an asset; null: the declared order. */
  chosen(asset: Asset): PriceProvider | null;
  /** Asks a venue for the asset's last candle and keeps it. Throws FailureError. */
  probe(provider: PriceProvider, asset: Asset): Promise<void>;
  /** The asset's candles come from another venue from now on. */
  changed(asset: Asset): void;
  readonly elapsed: () => number;
  readonly random: () => number;
}

/** A venue that stands in is left again when one before it in the order answers; so often that is tried. */
const lookBackEveryMs = 60_000;
/** Failures of these kinds count from the first one, others (a bad answer, a slow moment) from the second in a row. */
const final: ReadonlySet<FailureKind> = new Set(['unsupported', 'bad-request', 'plan', 'offline', 'auth']);

interface Route {
  current: PriceProvider;
  failures: number;
  /** Rounds of seeking that found nobody, and when the next may begin (on the clock that only goes forward). */
  rounds: number;
  seekAt: number;
  timer: NodeJS.Timeout | undefined;
  isSeeking: boolean;
}

/**
 * Which venue each asset's candles come from: the chosen one, and in a declared order one that stands in while it fails. A
 * venue is switched to only after it has answered for the asset, so that a lost network never takes the chart away.
 */
export class PriceRoutes {
  readonly #tools: RouteTools;
  readonly #routes = new Map<Asset, Route>();
  #closed = false;

  constructor(tools: RouteTools) {
    this.#tools = tools;
  }

  /** The chosen venue first, the others in the declared order. */
  order(asset: Asset): readonly PriceProvider[] {
    const chosen = this.#tools.chosen(asset);
    return chosen === null ? priceProviders : [chosen, ...priceProviders.filter((one) => one !== chosen)];
  }

  /** The present venue first, then the others as they would stand in. */
  fullOrder(asset: Asset): readonly PriceProvider[] {
    const current = this.of(asset);
    return [current, ...this.order(asset).filter((one) => one !== current)];
  }

  of(asset: Asset): PriceProvider {
    return this.#routes.get(asset)?.current ?? this.order(asset)[0]!;
  }

  /** A venue brought the asset's candles. */
  answered(provider: PriceProvider, asset: Asset): void {
    const route = this.#routes.get(asset);
    if (!route || route.current !== provider) return;
    route.failures = 0;
    route.rounds = 0;
    this.#lookBackLater(asset, route);
  }

  /** The venue that the asset's candles come from did not bring them. */
  failed(provider: PriceProvider, asset: Asset, reason: Failure): void {
    if (reason.kind === 'cancelled' || this.of(asset) !== provider) return;
    const route = this.#open(asset);
    route.failures += final.has(reason.kind) ? 2 : 1;
    if (route.failures >= 2 && this.#tools.elapsed() >= route.seekAt) void this.#seek(asset, route);
  }

  /** The choices may be others: what was found out about stand-ins no longer holds. */
  startOver(): void {
    for (const route of this.#routes.values()) clearTimeout(route.timer);
    this.#routes.clear();
  }

  close(): void {
    this.#closed = true;
    this.startOver();
  }

  #open(asset: Asset): Route {
    const known = this.#routes.get(asset);
    if (known) return known;
    const made: Route = {
      current: this.order(asset)[0]!,
      failures: 0,
      rounds: 0,
      seekAt: Number.NEGATIVE_INFINITY,
      timer: undefined,
      isSeeking: false,
    };
    this.#routes.set(asset, made);
    return made;
  }

  /** Asks the others in order; the first that answers is the venue. When none does, again later while it still fails. */
  async #seek(asset: Asset, route: Route): Promise<void> {
    if (route.isSeeking) return;
    clearTimeout(route.timer);
    const others = this.order(asset).filter((one) => one !== route.current);
    if (await this.#askEach(asset, route, others)) return;
    if (!this.#holds(asset, route)) return;
    // The next failure of the venue begins the next round, not before the pause is over.
    route.seekAt = this.#tools.elapsed() + backoffMs(route.rounds, this.#tools.random);
    route.rounds += 1;
  }

  #lookBackLater(asset: Asset, route: Route): void {
    clearTimeout(route.timer);
    const order = this.order(asset);
    const before = order.slice(0, order.indexOf(route.current));
    if (before.length === 0) return;
    route.timer = setTimeout(() => {
      void this.#askEach(asset, route, before).then((found) => {
        if (!found && this.#holds(asset, route)) this.#lookBackLater(asset, route);
      });
    }, lookBackEveryMs);
  }

  async #askEach(asset: Asset, route: Route, candidates: readonly PriceProvider[]): Promise<boolean> {
    route.isSeeking = true;
    try {
      for (const candidate of candidates) {
        if (!this.#holds(asset, route)) return true;
        try {
          await this.#tools.probe(candidate, asset);
        } catch {
          // Whatever it was, the venue's own state tells it; here it has brought no candles.
          continue;
        }
        if (!this.#holds(asset, route)) return true;
        route.current = candidate;
        route.failures = 0;
        route.rounds = 0;
        this.#tools.changed(asset);
        this.#lookBackLater(asset, route);
        return true;
      }
      return false;
    } finally {
      route.isSeeking = false;
    }
  }

  #holds(asset: Asset, route: Route): boolean {
    return !this.#closed && this.#routes.get(asset) === route;
  }
}
