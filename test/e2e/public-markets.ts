import type { Page } from '@playwright/test';

import type { ProviderId } from '../../src-main/contract/source.ts';
import { standStill } from './flat-market.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request, useAddresses, type Servers } from './servers.ts';

/** Public venues besides Binance. */
export const otherVenues = ['bybit', 'okx', 'hyperliquid', 'deribit'] as const satisfies readonly ProviderId[];

/** Where BTC stands at Binance, whose candles are shown. */
export const stillPrice = '36552.70';

export const hostOf = (servers: Servers, id: ProviderId): string => `127.0.0.1:${servers.of(id).port}`;

/** As the app names a source: `Bybit · 127.0.0.1:8080`. */
export const sourceOf = (servers: Servers, id: ProviderId, name: string): string => `${name} · ${hostOf(servers, id)}`;

/** The live market without any key, its price standing still; streams say only what the test pushes. */
export async function openPublicMarkets(page: Page, servers: Servers): Promise<TerminalWindow> {
  await standStill(servers, 'binance', stillPrice);
  for (const id of ['bybit', 'okx', 'hyperliquid'] as const) await servers.of(id).scenario('gap', 'stream');
  await useAddresses(page, servers);
  await request(page, 'market/choose', 'live');
  const terminal = new TerminalWindow(page);
  await terminal.chart.expectCandles('BTC', '15m');
  return terminal;
}
