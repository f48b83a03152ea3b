import type { Page } from '@playwright/test';

import type { Bridge, RequestName, Requests } from '../../src-main/contract/channels.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { ProviderSettings } from '../../src-main/contract/settings.ts';
import { providerIds, type ProviderId } from '../../src-main/contract/source.ts';
import { startBinanceServer, type LoopbackBinance } from '../../src-main/demo/binance/server.ts';
import type { Clock } from '../../src-main/demo/clock.ts';
import { startKingfisherServer, type LoopbackKingfisher } from '../../src-main/demo/kingfisher/server.ts';
import { createMarket } from '../../src-main/demo/market/market.ts';
import { demoProviders, type DemoServer } from '../../src-main/demo/servers.ts';

declare const window: { readonly halcyon: Bridge };

/** Keys that the loopback Kingfisher lets in, one a plan. */
export const eliteKey = 'kf_test_elite_9f3a';
export const proKey = 'kf_test_pro_41c7';

/** Providers on 127.0.0.1, as an app with custom addresses reaches them; those that were not started are refused there. */
export interface Servers {
  readonly kingfisher: LoopbackKingfisher;
  readonly binance: LoopbackBinance;
  /** Throws for one that was not started. */
  of(id: ProviderId): DemoServer;
  readonly settings: Readonly<Record<ProviderId, ProviderSettings>>;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly seed?: number;
  /** Absent: real time. */
  readonly clock?: Clock;
  /** Calls that the Pro key has already made today, of 100. */
  readonly proCallsUsed?: number;
  /** Started besides Kingfisher and Binance. */
  readonly also?: readonly ProviderId[];
}

/** Nobody listens at the discard port: whoever is not started is refused at once, and no test reaches a real host. */
const nobody: ProviderSettings = {
  environment: 'custom',
  customUrl: 'http://127.0.0.1:9',
  customStreamUrl: 'ws://127.0.0.1:9',
  options: {},
};

export async function startServers(options: ServerOptions = {}): Promise<Servers> {
  const { seed = 3, clock, proCallsUsed = 0, also = [] } = options;
  const market = createMarket(seed);
  const timed = clock === undefined ? {} : { clock };
  const [kingfisher, binance] = await Promise.all([
    startKingfisherServer({
      market,
      ...timed,
      keys: [
        { key: eliteKey, plan: 'elite' },
        { key: proKey, plan: 'pro', used: proCallsUsed },
      ],
    }),
    startBinanceServer({ market, ...timed }),
  ]);
  const started = new Map<ProviderId, DemoServer>([
    ['kingfisher', kingfisher],
    ['binance', binance],
  ]);
  for (const id of also) {
    const demo = demoProviders[id];
    if (!demo) throw new Error(`there is no loopback server of ${id}`);
    started.set(id, await demo.start({ market, ...timed }));
  }
  const settings = providerIds.map((id) => {
    const server = started.get(id);
    if (!server) return [id, nobody] as const;
    return [id, customAt(server.restUrl, id === 'kingfisher' ? '' : server.streamUrl)] as const;
  });
  return {
    kingfisher,
    binance,
    of: (id) => {
      const server = started.get(id);
      if (!server) throw new Error(`${id} was not started`);
      return server;
    },
    settings: Object.fromEntries(settings) as Record<ProviderId, ProviderSettings>,
    close: async () => {
      await Promise.all([...started.values()].map((server) => server.close()));
    },
  };
}

/** An empty stream address is derived from the base URL. */
export const customAt = (customUrl: string, customStreamUrl = ''): ProviderSettings => ({
  environment: 'custom',
  customUrl,
  customStreamUrl,
  options: {},
});

/** One request over the bridge that the page itself has; throws the failure's message. */
export async function request<Name extends RequestName>(
  page: Page,
  name: Name,
  args: Requests[Name]['args'],
): Promise<Requests[Name]['value']> {
  const result = await page.evaluate(([name, args]) => window.halcyon.request(name as RequestName, args as never), [
    name,
    args,
  ] as const);
  if (!result.ok) throw new Error(`${name}: ${result.failure.message}`);
  return result.value as Requests[Name]['value'];
}

/** The same where a failure is what is expected. */
export async function refusal<Name extends RequestName>(
  page: Page,
  name: Name,
  args: Requests[Name]['args'],
): Promise<Failure> {
  const result = await page.evaluate(([name, args]) => window.halcyon.request(name as RequestName, args as never), [
    name,
    args,
  ] as const);
  if (result.ok) throw new Error(`${name} was expected to fail`);
  return result.failure;
}

/** Puts a running app onto the servers: every address, a key for this session, the live market. */
export async function useServers(page: Page, { settings }: Pick<Servers, 'settings'>, key = eliteKey): Promise<void> {
  await useAddresses(page, { settings });
  await useKey(page, key);
  await request(page, 'market/choose', 'live');
}

export async function useAddresses(page: Page, { settings }: Pick<Servers, 'settings'>): Promise<void> {
  for (const id of providerIds) await request(page, 'provider/configure', { provider: id, settings: settings[id] });
}

export const useKey = (page: Page, apiKey: string) =>
  request(page, 'credential/keep', { provider: 'kingfisher', secret: { apiKey }, sessionOnly: true });
