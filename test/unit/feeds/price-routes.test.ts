import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failure, FailureError, type FailureKind } from '../../../src-main/contract/failure.ts';
import { priceProviders, type PriceProvider } from '../../../src-main/contract/source.ts';
import { PriceRoutes } from '../../../src-main/feeds/price-routes.ts';

let answering: Set<PriceProvider>;
let broken: Error | null;
let probes: string[];
let changes: string[];
let chosen: PriceProvider | null;
let routes: PriceRoutes;

const reason = (kind: FailureKind) => failure(kind, 'It failed.');
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  answering = new Set(priceProviders);
  broken = null;
  probes = [];
  changes = [];
  chosen = null;
  routes = new PriceRoutes({
    chosen: () => chosen,
    probe: async (provider, asset) => {
      probes.push(`${provider} ${asset}`);
      if (broken !== null && provider === 'bybit') throw broken;
      if (!answering.has(provider)) throw new FailureError(reason('offline'));
    },
    changed: (asset) => changes.push(`${asset} ${routes.of(asset)}`),
    elapsed: () => Date.now(),
    random: () => 0.5,
  });
});
afterEach(() => {
  routes.close();
  vi.useRealTimers();
});

it('takes the first venue of the declared order, and the chosen one before it', () => {
  expect(routes.of('BTC')).toBe('binance');
  chosen = 'okx';
  expect(routes.of('BTC')).toBe('okx');
  expect(routes.order('BTC')).toEqual(['okx', 'binance', 'bybit', 'hyperliquid']);
});

it('goes to the next venue that answers for the asset when the first is barred, and only for that asset', async () => {
  answering.delete('bybit');
  routes.failed('binance', 'BTC', reason('plan'));
  await settle();
  expect(probes).toEqual(['bybit BTC', 'okx BTC']);
  expect(routes.of('BTC')).toBe('okx');
  expect(routes.of('ETH')).toBe('binance');
  expect(changes).toEqual(['BTC okx']);
});

it('bears one slow or broken answer, not two in a row', async () => {
  routes.failed('binance', 'BTC', reason('timeout'));
  routes.answered('binance', 'BTC');
  routes.failed('binance', 'BTC', reason('bad-response'));
  await settle();
  expect(probes).toEqual([]);
  routes.failed('binance', 'BTC', reason('server'));
  await settle();
  expect(routes.of('BTC')).toBe('bybit');
});

it('stays where the cache is when nobody answers, and asks round again only after a pause', async () => {
  answering.clear();
  routes.failed('binance', 'BTC', reason('offline'));
  await settle();
  expect(probes).toHaveLength(3);
  expect(routes.of('BTC')).toBe('binance');
  routes.failed('binance', 'BTC', reason('offline'));
  await settle();
  expect(probes).toHaveLength(3);
  vi.setSystemTime(Date.now() + 500);
  routes.failed('binance', 'BTC', reason('offline'));
  await settle();
  expect(probes).toHaveLength(6);
  expect(changes).toEqual([]);
});

it('looks back at the venues before the stand-in once a minute, and returns when one answers', async () => {
  answering.delete('binance');
  routes.failed('binance', 'BTC', reason('offline'));
  await settle();
  expect(routes.of('BTC')).toBe('bybit');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(probes.slice(1)).toEqual(['binance BTC']);
  expect(routes.of('BTC')).toBe('bybit');
  answering.add('binance');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(routes.of('BTC')).toBe('binance');
  expect(changes).toEqual(['BTC bybit', 'BTC binance']);
  const asked = probes.length;
  await vi.advanceTimersByTimeAsync(300_000);
  expect(probes).toHaveLength(asked);
});

it('does not listen to a venue that the asset has left, nor to a call that was called off', async () => {
  routes.failed('bybit', 'BTC', reason('offline'));
  routes.failed('binance', 'BTC', reason('cancelled'));
  await settle();
  expect(probes).toEqual([]);
});

it('forgets stand-ins when the choices change, also those being asked for', async () => {
  routes.failed('binance', 'BTC', reason('offline'));
  routes.startOver();
  chosen = 'hyperliquid';
  await settle();
  expect(routes.of('BTC')).toBe('hyperliquid');
  expect(changes).toEqual([]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(probes).toEqual(['bybit BTC']);
});

it('passes over a venue in which something broke that is no failure of the venue, and lives on', async () => {
  broken = new TypeError('a mistake of ours');
  routes.failed('binance', 'BTC', reason('offline'));
  await settle();
  expect(probes).toEqual(['bybit BTC', 'okx BTC']);
  expect(routes.of('BTC')).toBe('okx');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(routes.of('BTC')).toBe('binance');
});
