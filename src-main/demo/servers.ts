import type { ProviderId } from '../contract/source.ts';
import { startBinanceServer } from './binance/server.ts';
import { startBybitServer } from './bybit/server.ts';
import type { Clock } from './clock.ts';
import { startDeribitServer } from './deribit/server.ts';
import { startHyperliquidServer } from './hyperliquid/server.ts';
import { kaikoDemoKey, startKaikoServer } from './kaiko/server.ts';
import { startKingfisherLegacyServer } from './kingfisher-legacy/server.ts';
import { demoAccount } from './kingfisher-legacy/tokens.ts';
import { demoKey } from './kingfisher/keys.ts';
import { startKingfisherServer } from './kingfisher/server.ts';
import { kiyotakaDemoKey, startKiyotakaServer } from './kiyotaka/server.ts';
import type { Loopback } from './loopback/server.ts';
import type { Market } from './market/market.ts';
import { startOkxServer } from './okx/server.ts';

export interface DemoServerOptions {
  readonly market: Market;
  readonly clock?: Clock;
  /** 0: any free one. */
  readonly port?: number;
}

/** A provider's protocol on 127.0.0.1. */
export interface DemoServer extends Loopback {
  readonly restUrl: string;
  /** Empty where the provider has no stream. */
  readonly streamUrl: string;
}

export interface DemoProvider {
  readonly start: (options: DemoServerOptions) => Promise<DemoServer>;
  /** Credential fields that its server lets in; null for keyless ones. */
  readonly secret: Readonly<Record<string, string>> | null;
}

/** The simulated market's servers: one line a provider. */
export const demoProviders: Readonly<Record<ProviderId, DemoProvider>> = {
  kingfisher: {
    start: (options) => startKingfisherServer({ ...options, keys: [{ key: demoKey, plan: 'elite' }] }),
    secret: { apiKey: demoKey },
  },
  'kingfisher-legacy': { start: startKingfisherLegacyServer, secret: { ...demoAccount } },
  kaiko: { start: startKaikoServer, secret: { apiKey: kaikoDemoKey } },
  kiyotaka: { start: startKiyotakaServer, secret: { apiKey: kiyotakaDemoKey } },
  binance: { start: startBinanceServer, secret: null },
  bybit: { start: startBybitServer, secret: null },
  okx: { start: startOkxServer, secret: null },
  hyperliquid: { start: startHyperliquidServer, secret: null },
  deribit: { start: startDeribitServer, secret: null },
};
