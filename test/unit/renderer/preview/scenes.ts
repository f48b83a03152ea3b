import type { StartState, Wanted } from '../../../../src-main/contract/channels.ts';
import { failure, FailureError } from '../../../../src-main/contract/failure.ts';
import { timeframeMs, unixMs } from '../../../../src-main/contract/market.ts';
import type { Asset } from '../../../../src-main/contract/market.ts';
import type { InspectorTab, MapLayer, Settings } from '../../../../src-main/contract/settings.ts';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';
import { providerIds } from '../../../../src-main/contract/source.ts';
import { allInfos } from '../all-infos.ts';
import { FakeBridge } from '../fake-bridge.ts';
import * as sample from '../samples.ts';
import { sceneJobs, scenePlan } from './scene-history.ts';
import { sceneBudgets, sceneForecast } from './scene-plans.ts';
import { logAndStore } from './scene-log-and-store.ts';
import { sceneStatuses } from './scene-statuses.ts';

const assets: readonly Asset[] = ['BTC', 'ETH', 'SOL'];
const venues = ['binance', 'bybit', 'okx', 'hyperliquid'] as const;
const realised = ['binance', 'bybit', 'okx'] as const;

/** A main process for looking at the renderer: one scene for each state that the window can be in. */
export function makeScene(query: URLSearchParams): FakeBridge {
  const scene = query.get('scene') ?? 'calm';
  const isLive = !['calm', 'error', 'storefail', 'reason'].includes(scene);
  const elsewhere = query.get('env') as 'sandbox' | 'custom' | null;
  const environment = isLive ? (elsewhere ?? ('production' as const)) : ('simulated' as const);
  const place = { environment: elsewhere ?? 'production', customUrl: '', customStreamUrl: '', options: {} } as const;
  const hours = scene === 'stale' || scene === 'offline' ? 3.4 : 0;
  const at = unixMs(Date.now() - hours * 3_600_000 - 12_000);
  const taken = { at, environment };
  const hasMaps = !['empty', 'keyless', 'fallback'].includes(scene);
  const hasAll = !isLive || ['layers', 'volumes', 'backfill', 'flow', 'planless'].includes(scene);
  const show = (layer: MapLayer, form: MapLayer['form']): MapLayer => ({ ...layer, shown: hasAll && isLive, form });
  const { maps } = defaultSettings;

  let settings: Settings = sample.settingsOf({
    market: scene === 'reason' || scene === 'keyless' ? 'auto' : isLive ? 'live' : 'simulated',
    providers: Object.fromEntries(providerIds.map((id) => [id, place])) as unknown as Settings['providers'],
    theme: query.get('theme') === 'light' ? 'light' : 'dark',
    focus: { asset: query.get('asset') ?? 'BTC', timeframe: '15m' },
    maps: {
      kingfisher: maps.kingfisher,
      'kingfisher-legacy': show(maps['kingfisher-legacy'], 'profile'),
      kiyotaka: show(maps.kiyotaka, 'bands'),
    },
    layout: { watchlist: true, inspector: true, inspectorTab: (query.get('tab') ?? 'levels') as InspectorTab },
  });
  const priceVenue = scene === 'fallback' ? 'bybit' : 'binance';
  const quoteNow = (asset: Asset, price: number = sample.spotOf(asset), time: number = at) =>
    sample.quoteOf(asset, {
      instrument: sample.instrumentOf(asset, environment, priceVenue),
      price,
      time: unixMs(time),
      receivedAt: unixMs(time),
    });
  const { asset } = settings.focus;
  const offline = failure('offline', 'Kingfisher cannot be reached: there is no network.', {
    retryAt: unixMs(Date.now() + 45_000),
  });

  let asked: Wanted | null = null;
  const start: StartState = sample.startOf({
    settings,
    market: {
      effective: isLive ? 'live' : 'simulated',
      reason:
        scene === 'reason'
          ? 'No public venue could be reached since the first start; they are tried every minute.'
          : null,
    },
    providers: allInfos,
    statuses: sceneStatuses(scene, environment, at),
    quotes: scene === 'empty' ? [] : assets.map((each) => quoteNow(each)),
    snapshots:
      scene === 'empty'
        ? []
        : [
            ...(hasMaps
              ? [
                  ...assets.map((each) => sample.mapOf(each, taken)),
                  sample.gexOf('BTC', taken),
                  sample.gexOf('ETH', taken),
                  sample.interestOf(asset, taken),
                  sample.fundingOf(asset, taken),
                  sample.depthOf(asset, taken),
                  sample.orderFlowOf(asset, taken),
                ]
              : []),
            ...(hasAll ? [sample.profileOf(asset, 'kingfisher-legacy', taken)] : []),
            ...(hasAll && scene !== 'planless' ? [sample.profileOf(asset, 'kiyotaka', taken)] : []),
            sample.computedGexOf('BTC', taken, 'deribit'),
            sample.computedGexOf('BTC', taken, 'bybit'),
            ...venues.flatMap((venue) => [
              sample.venueInterestOf(asset, venue, taken),
              sample.venueFundingOf(asset, venue, taken),
            ]),
          ],
    history: scene === 'backfill' ? sceneJobs(at) : [],
    budgets: sceneBudgets(scene, environment),
    notices:
      scene === 'error' || scene === 'limited'
        ? [
            {
              id: 'db',
              level: 'warning',
              text: 'The database was damaged and set aside as /home/trader/.config/halcyon/halcyon.db.corrupt-20251121T000000Z; a new one was started.',
              at,
              resolved: false,
            },
          ]
        : [],
  });

  const bridge: FakeBridge = new FakeBridge({
    'app/start': () => {
      if (scene === 'storefail') {
        throw new FailureError(
          failure(
            'store',
            'The database was written by a newer Halcyon (version 9); this one reads up to version 3. Install the newer Halcyon.',
            {
              detail: '/home/trader/.config/halcyon/halcyon.db',
            },
          ),
        );
      }
      return start;
    },
    'settings/change': (patch) => (settings = { ...settings, ...patch }),
    'market/choose': (market) => (settings = { ...settings, market }),
    'workspace/want': (wanted) => {
      asked = wanted;
      return null;
    },
    'plan/forecast': (question) =>
      sceneForecast(question, { wanted: asked, plan: settings.plan, budgets: start.budgets }),
    'candles/read': ({ asset, timeframe, before, limit }) =>
      scene === 'empty'
        ? null
        : sample.seriesOf(asset, timeframe, limit, {
            end: before === null ? at : before - timeframeMs[timeframe],
            environment,
            provider: priceVenue,
          }),
    'volumes/read': ({ provider, asset: each }) =>
      hasAll && !(scene === 'planless' && provider === 'kiyotaka')
        ? sample.volumesOf(each, provider, taken, 400)
        : null,
    'liquidations/read': ({ asset: each }) =>
      scene === 'empty' ? [] : realised.map((venue) => sample.realisedOf(each, venue, taken)),
    'history/plan': (wanted) => scenePlan(wanted),
    'history/start': (wanted) => ({
      ...sceneJobs(at)[0]!,
      id: Date.now(),
      query: wanted,
      reached: wanted.from,
      rows: 0,
    }),
    'history/stop': ({ id }) => ({
      ...start.history.find((job) => job.id === id)!,
      state: 'stopped',
      changedAt: unixMs(Date.now()),
    }),
    'history/forget': () => null,
    'snapshot/at': async ({ asset: each, at: moment }) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      if (scene === 'planless')
        throw new FailureError(failure('server', 'The map of a moment is being reworked by Kingfisher.'));
      return sample.profileOf(each, 'kingfisher-legacy', { at: moment, environment });
    },
    'snapshot/latest': () => null,
    'snapshot/refresh': async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      throw new FailureError(offline);
    },
    'provider/configure': ({ provider, settings: wanted }) => {
      if (wanted.environment === 'custom' && !wanted.customUrl.startsWith('https://')) {
        throw new FailureError(
          failure('bad-request', 'The address must start with https:// unless it is on this computer.'),
        );
      }
      return (settings = { ...settings, providers: { ...settings.providers, [provider]: wanted } });
    },
    'provider/test': async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return {
        at: unixMs(Date.now()),
        host: sample.hosts.kingfisher,
        tookMs: 212.4,
        text: 'Kingfisher answered with 40 liquidation levels of BTC.',
        limits: { limit: 100, remaining: 86, resetAt: unixMs(Date.now() + 36e5), seenAt: unixMs(Date.now()) },
      };
    },
    'provider/retry': () => null,
    'credential/keep': ({ sessionOnly }) =>
      sessionOnly
        ? { kept: 'session', keychainProblem: 'No keychain service is running.' }
        : { kept: 'none', keychainProblem: 'No keychain service is running.' },
    'credential/remove': () => ({ kept: 'none', keychainProblem: null }),
    'app/open-link': () => null,
    ...logAndStore({
      scene,
      environment,
      bridge: () => bridge,
      change: (patch) => (settings = { ...settings, ...patch }),
    }),
  });

  if (scene === 'error') {
    const at = unixMs(Date.now());
    const bad = failure(
      'bad-response',
      'Kingfisher sent an answer that Halcyon cannot read; the last good map stays.',
      { path: '$.clusters[3].price' },
    );
    setTimeout(() => {
      bridge.send('snapshot/trouble', {
        provider: 'kingfisher',
        asset: 'BTC',
        kind: 'liquidation-map',
        failure: bad,
        missedSince: null,
        at,
      });
      bridge.send('snapshot/trouble', {
        provider: 'kingfisher',
        asset: 'BTC',
        kind: 'gex',
        failure: failure('server', 'Kingfisher had an error of its own (500).', { retryAt: unixMs(at + 30_000) }),
        missedSince: unixMs(at - 1_500_000),
        at,
      });
      bridge.send('snapshot/trouble', {
        provider: 'kingfisher',
        asset: 'BTC',
        kind: 'order-flow',
        failure: failure('plan', 'Your Kingfisher plan does not include order flow.'),
        missedSince: null,
        at,
      });
    }, 200);
  }
  if (scene === 'states') {
    const away = { failure: null, missedSince: unixMs(Date.now() - 1_500_000), at } as const;
    setTimeout(
      () => bridge.send('snapshot/trouble', { provider: 'kingfisher', asset, kind: 'liquidation-map', ...away }),
      200,
    );
  }
  if (scene === 'planless') {
    const bad = failure('plan', 'Your Kiyotaka plan does not include the Hyperliquid heatmap.');
    const trouble = {
      provider: 'kiyotaka',
      asset,
      kind: 'liquidation-profile',
      failure: bad,
      missedSince: null,
      at,
    } as const;
    setTimeout(() => bridge.send('snapshot/trouble', trouble), 200);
  }
  if (['calm', 'live', 'layers', 'keyless', 'fallback'].includes(scene))
    tickAlong(bridge, quoteNow, environment, priceVenue);
  return bridge;
}

function tickAlong(
  bridge: FakeBridge,
  quoteNow: (asset: Asset, price: number, time: number) => Parameters<typeof bridge.send<'quote/changed'>>[1],
  environment: 'simulated' | 'production' | 'sandbox' | 'custom',
  provider: 'binance' | 'bybit',
): void {
  const prices = new Map(assets.map((asset) => [asset, sample.spotOf(asset)]));
  setInterval(() => {
    for (const asset of assets) {
      const tick = sample.instrumentOf(asset).tickSize;
      const moved = (prices.get(asset) ?? 0) * (1 + (Math.random() - 0.5) * 2e-4);
      const price = Math.round(moved / tick) * tick;
      prices.set(asset, price);
      bridge.send('quote/changed', quoteNow(asset, price, Date.now()));
    }
    const asset = 'BTC';
    const timeframe = '15m';
    const series = sample.seriesOf(asset, timeframe, 1, { end: Date.now(), environment, provider });
    const price = prices.get(asset)!;
    bridge.send('candles/tick', {
      instrument: series.instrument,
      timeframe,
      receivedAt: unixMs(Date.now()),
      candle: {
        openTime: unixMs(series.openTimes[0]!),
        open: series.open[0]!,
        high: Math.max(series.high[0]!, price),
        low: Math.min(series.low[0]!, price),
        close: price,
        volume: 12,
        takerBuyVolume: 6,
        closed: false,
      },
    });
  }, 250);
}
