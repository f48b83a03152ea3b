import type { Page } from '@playwright/test';

import { startBinanceServer, type LoopbackBinance } from '../../src-main/demo/binance/server.ts';
import type { Clock } from '../../src-main/demo/clock.ts';
import type { DemoKey } from '../../src-main/demo/kingfisher/keys.ts';
import { startKingfisherServer, type LoopbackKingfisher } from '../../src-main/demo/kingfisher/server.ts';
import { createMarket } from '../../src-main/demo/market/market.ts';
import type { Bridge, RequestName, Requests } from '../../src-main/contract/channels.ts';
import { test as base } from './app.ts';

declare const window: { readonly halcyon: Bridge };

/** Both providers on 127.0.0.1, in the test's own process, so that it can rule and watch them. */
export interface LoopbackProviders {
  readonly kingfisher: LoopbackKingfisher;
  readonly binance: LoopbackBinance;
  close(): Promise<void>;
}

export interface LoopbackOptions {
  /** Keys that Kingfisher lets in. */
  readonly keys: readonly DemoKey[];
  readonly clock?: Clock;
}

const seed = 3;

export async function startProviders({ keys, clock }: LoopbackOptions): Promise<LoopbackProviders> {
  const market = createMarket(seed);
  const shared = { market, ...(clock ? { clock } : {}) };
  const [kingfisher, binance] = await Promise.all([
    startKingfisherServer({ ...shared, keys }),
    startBinanceServer(shared),
  ]);
  return { kingfisher, binance, close: async () => void (await Promise.all([kingfisher.close(), binance.close()])) };
}

/** A test with `providers`: loopback servers that end with it. */
export const test = base.extend<{ providers: (options: LoopbackOptions) => Promise<LoopbackProviders> }>({
  providers: async ({}, use) => {
    const started: LoopbackProviders[] = [];
    await use(async (options) => {
      const servers = await startProviders(options);
      started.push(servers);
      return servers;
    });
    await Promise.all(started.map((servers) => servers.close()));
  },
});

/** Asks main as the page does, and fails the test where main refuses. */
export async function ask<Name extends RequestName>(
  page: Page,
  name: Name,
  args: Requests[Name]['args'],
): Promise<Requests[Name]['value']> {
  const result = await page.evaluate(
    ([name, args]) => window.halcyon.request(name as never, args as never) as Promise<unknown>,
    [name, args] as const,
  );
  const answer = result as { ok: true; value: Requests[Name]['value'] } | { ok: false; failure: { message: string } };
  if (!answer.ok) throw new Error(`${name}: ${answer.failure.message}`);
  return answer.value;
}

/** Moves a running terminal to the loopback providers without its dialogs; the key stays in memory only. */
export async function connectTo(page: Page, { kingfisher, binance }: LoopbackProviders, apiKey: string): Promise<void> {
  const custom = (restUrl: string, streamUrl: string) =>
    ({ environment: 'custom', customUrl: restUrl, customStreamUrl: streamUrl }) as const;
  await ask(page, 'provider/configure', {
    provider: 'kingfisher',
    settings: custom(kingfisher.restUrl, kingfisher.streamUrl),
  });
  await ask(page, 'provider/configure', { provider: 'binance', settings: custom(binance.restUrl, binance.streamUrl) });
  await ask(page, 'credential/keep', { provider: 'kingfisher', secret: { apiKey }, sessionOnly: true });
  await ask(page, 'market/choose', 'live');
}
