import type { UnixMs } from '../../contract/market.ts';
import { unixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from '../loopback/outlet.ts';
import type { Scenario } from '../loopback/scenario.ts';
import { statusOf } from '../loopback/scenario.ts';
import type { StreamClient } from '../loopback/server.ts';
import type { AssetSpec, Venue } from '../market/assets.ts';
import type { Market } from '../market/market.ts';
import type { KeyRing } from './keys.ts';
import * as payloads from './payloads.ts';
import { isExchange, refusal } from './routes.ts';

/** Channels and how often each is looked at for news, ms. */
const paceMs = { liquidations: 1500, gex: 5000, open_interest: 4000, funding_rates: 30_000 } as const;
type Channel = keyof typeof paceMs;
const beatMs = 500;
const mostSubscriptions = 64;
const authWithinMs = 10_000;

interface Subscription {
  readonly channel: Channel;
  readonly spec: AssetSpec;
  readonly exchange: Venue | 'all';
  /** Beat of the next look. */
  next: number;
  /** What the client has been told, so that a message it missed is made good by the next one. */
  told: Map<number, payloads.WireCluster>;
}

interface Client {
  readonly outlet: Outlet;
  readonly scenario: () => Scenario;
  readonly since: UnixMs;
  authenticated: boolean;
  readonly subscriptions: Map<string, Subscription>;
}

export interface KingfisherStream {
  connect(outlet: Outlet, scenario: () => Scenario): StreamClient;
  /** Ends its timers. */
  close(): void;
}

export function createStream(market: Market, keys: KeyRing, clock: Clock): KingfisherStream {
  const clients = new Set<Client>();
  let beat = 0;
  let stopFlood: (() => void) | null = null;

  const step = (): void => {
    beat++;
    for (const client of clients) {
      if (!client.authenticated && clock.now() - client.since > authWithinMs)
        client.outlet.close(1008, 'not authenticated');
      for (const subscription of client.subscriptions.values()) {
        if (beat >= subscription.next) tell(market, client, subscription, beat, clock.now());
      }
    }
    const flooded = [...clients].some((client) => client.scenario().name === 'burst');
    if (flooded && !stopFlood) stopFlood = clock.every(floodBeatMs, () => flood(market, clients, clock.now()));
    if (!flooded && stopFlood) stopFlood = (stopFlood(), null);
  };
  const stopBeat = clock.every(beatMs, step);

  return {
    connect(outlet, scenario) {
      const client: Client = { outlet, scenario, since: clock.now(), authenticated: false, subscriptions: new Map() };
      clients.add(client);
      return {
        get listens() {
          return client.authenticated;
        },
        message(text) {
          const message = parse(text);
          if (message?.['action'] === 'auth') authenticate(client, keys, message['apiKey']);
          else if (!client.authenticated) refuse(client, 401, 'unauthenticated');
          else if (message?.['action'] === 'subscribe') subscribe(market, client, message, beat, clock.now());
          else if (message?.['action'] === 'unsubscribe') client.subscriptions.delete(nameOf(message));
          else outlet.send({ error: 'invalid_parameter', message: 'Unknown action', code: 400 });
        },
        end: () => void clients.delete(client),
      };
    },
    close() {
      stopBeat();
      stopFlood?.();
      clients.clear();
    },
  };
}

function authenticate(client: Client, keys: KeyRing, key: unknown): void {
  const status = statusOf(client.scenario());
  const { plan } = keys.admit(typeof key === 'string' ? key : '', false);
  if (plan === null || status === 401) return refuse(client, 401, 'invalid key');
  if (plan !== 'elite' || status === 403) return refuse(client, 403, 'plan');
  client.authenticated = true;
  client.outlet.send({ event: 'authenticated', plan });
}

function refuse(client: Client, status: 401 | 403, reason: string): void {
  const body = refusal(status, null).body as object;
  const words = status === 403 ? { message: 'WebSocket streaming is included in the Elite plan only' } : {};
  client.outlet.sendExactly({ ...body, ...words });
  client.outlet.close(1008, reason);
}

const nameOf = (message: Record<string, unknown>): string =>
  `${String(message['channel'])}/${String(message['asset'])}/${String(message['exchange'] ?? 'all')}`;

function subscribe(market: Market, client: Client, message: Record<string, unknown>, beat: number, now: UnixMs): void {
  const { channel, asset } = message;
  const exchange = String(message['exchange'] ?? 'all');
  const spec = market.find(String(asset));
  const known = typeof channel === 'string' && channel in paceMs;
  const wrong = !known
    ? 'channel'
    : !spec || (channel === 'gex' && !spec.options)
      ? 'asset'
      : !isExchange(exchange)
        ? 'exchange'
        : null;
  if (wrong || client.subscriptions.size >= mostSubscriptions) {
    client.outlet.send({
      error: 'invalid_parameter',
      message: `Invalid ${wrong ?? 'subscription'} specified`,
      code: 400,
    });
    return;
  }
  const subscription: Subscription = {
    ...{ channel: channel as Channel, spec: spec!, exchange: exchange as Venue | 'all' },
    ...{ next: 0, told: new Map() },
  };
  client.subscriptions.set(nameOf(message), subscription);
  client.outlet.send({ event: 'subscribed', channel, asset, exchange });
  tell(market, client, subscription, beat, now);
}

/** Sends what is new, if anything is. */
function tell(market: Market, client: Client, subscription: Subscription, beat: number, now: UnixMs): void {
  const { channel, spec, exchange } = subscription;
  subscription.next = beat + paceMs[channel] / beatMs;
  const at = unixMs(Math.floor(now / 1000) * 1000);
  const timestamp = payloads.isoSeconds(at);
  const envelope = (data: object): object => ({ channel, asset: spec.asset, data });
  if (channel === 'gex') {
    client.outlet.send(envelope({ timestamp, ...payloads.gex(market, spec, at) }));
  } else if (channel === 'open_interest') {
    client.outlet.send(envelope({ timestamp, ...payloads.openInterest(market, spec, exchange, at) }));
  } else if (channel === 'funding_rates') {
    client.outlet.send(envelope(payloads.fundingRates(market, spec, true, at)));
  } else {
    const levels = new Map(
      market.liquidations(spec, '1D', exchange, at).map((level) => [level.price, payloads.wireCluster(level)]),
    );
    const clusters = difference(subscription.told, levels);
    if (clusters.length > 0 && client.outlet.send(envelope({ timestamp, clusters }))) subscription.told = levels;
  }
}

/** Levels that changed, and those that are gone with both amounts zero. */
export function difference(
  told: ReadonlyMap<number, payloads.WireCluster>,
  levels: ReadonlyMap<number, payloads.WireCluster>,
): payloads.WireCluster[] {
  const changed: payloads.WireCluster[] = [];
  for (const [price, level] of levels) {
    const before = told.get(price);
    const same =
      before?.long_liquidations === level.long_liquidations && before.short_liquidations === level.short_liquidations;
    if (!same) changed.push(level);
  }
  for (const price of told.keys()) {
    if (!levels.has(price)) changed.push({ price, long_liquidations: 0, short_liquidations: 0 });
  }
  return changed;
}

const floodBeatMs = 20;
const defaultFlood = 5000;

/** One level a message, each changed a little; what is told is remembered, so calm puts everything right again. */
function flood(market: Market, clients: ReadonlySet<Client>, now: UnixMs): void {
  const at = unixMs(Math.floor(now / 1000) * 1000);
  const timestamp = payloads.isoSeconds(at);
  for (const client of clients) {
    const scenario = client.scenario();
    const subscriptions = [...client.subscriptions.values()].filter(({ channel }) => channel === 'liquidations');
    if (scenario.name !== 'burst' || subscriptions.length === 0) continue;
    const count = Math.ceil(((scenario.messagesPerSecond ?? defaultFlood) * floodBeatMs) / 1000);
    for (let i = 0; i < count; i++) {
      const subscription = subscriptions[i % subscriptions.length]!;
      if (subscription.told.size === 0) tell(market, client, subscription, subscription.next, now);
      const prices = [...subscription.told.keys()];
      const price = prices[(i * 7 + Math.floor(now / floodBeatMs)) % prices.length];
      if (price === undefined) continue;
      const level = subscription.told.get(price)!;
      const changed = {
        price,
        long_liquidations: level.long_liquidations && level.long_liquidations + 1000,
        short_liquidations: level.short_liquidations && level.short_liquidations + 1000,
      };
      const data = { timestamp, clusters: [changed] };
      if (!client.outlet.send({ channel: 'liquidations', asset: subscription.spec.asset, data })) break;
      subscription.told.set(price, changed);
    }
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
