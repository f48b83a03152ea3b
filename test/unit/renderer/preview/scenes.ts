import type { StartState } from '../../../../src-main/contract/channels.ts';
import { failure, FailureError } from '../../../../src-main/contract/failure.ts';
import { timeframeMs, unixMs } from '../../../../src-main/contract/market.ts';
import type { Asset } from '../../../../src-main/contract/market.ts';
import type { ProviderStatus } from '../../../../src-main/contract/provider-status.ts';
import type { InspectorTab, Settings } from '../../../../src-main/contract/settings.ts';
import { FakeBridge } from '../fake-bridge.ts';
import * as sample from '../samples.ts';

const assets: readonly Asset[] = ['BTC', 'ETH', 'SOL'];

/** A main process for looking at the renderer: one scene for each state that the window can be in. */
export function makeScene(query: URLSearchParams): FakeBridge {
  const scene = query.get('scene') ?? 'calm';
  const isLive = !['calm', 'error', 'storefail'].includes(scene);
  const elsewhere = query.get('env') as 'sandbox' | 'custom' | null;
  const environment = isLive ? (elsewhere ?? ('production' as const)) : ('simulated' as const);
  const place = { environment: elsewhere ?? 'production', customUrl: '', customStreamUrl: '' } as const;
  const hours = scene === 'stale' || scene === 'offline' ? 3.4 : 0;
  const at = unixMs(Date.now() - hours * 3_600_000 - 12_000);
  const taken = { at, environment };

  let settings: Settings = sample.settingsOf({
    market: isLive ? 'live' : 'simulated',
    providers: { kingfisher: place, binance: place },
    theme: query.get('theme') === 'light' ? 'light' : 'dark',
    focus: { asset: query.get('asset') ?? 'BTC', timeframe: '15m' },
    layout: { watchlist: true, inspector: true, inspectorTab: (query.get('tab') ?? 'levels') as InspectorTab },
  });
  const quoteNow = (asset: Asset, price: number = sample.spotOf(asset), time: number = at) =>
    sample.quoteOf(asset, {
      instrument: sample.instrumentOf(asset, environment),
      price,
      time: unixMs(time),
      receivedAt: unixMs(time),
    });
  const status = (id: 'kingfisher' | 'binance', more: Partial<ProviderStatus> = {}) =>
    sample.statusOf(id, {
      source: sample.sourceOf(id, environment),
      since: at,
      lastAnswerAt: at,
      ...limitsNow(id),
      ...more,
    });
  const limitsNow = (id: string) =>
    id === 'kingfisher'
      ? { limits: { limit: 100, remaining: 87, resetAt: unixMs(Date.now() + 36e5), seenAt: at } }
      : {};

  const maps = assets.map((asset) => sample.mapOf(asset, taken));
  const flow = [sample.interestOf, sample.fundingOf, sample.depthOf, sample.orderFlowOf].map((make) =>
    make(settings.focus.asset, taken),
  );
  const offline = failure('offline', 'Kingfisher cannot be reached: there is no network.', {
    retryAt: unixMs(Date.now() + 45_000),
  });

  const start: StartState = sample.startOf({
    settings,
    statuses:
      scene === 'offline'
        ? [
            status('kingfisher', { state: 'offline', text: offline.message, until: offline.retryAt, failure: offline }),
            status('binance', { state: 'offline', text: 'Binance cannot be reached: there is no network.' }),
          ]
        : scene === 'empty'
          ? [
              status('kingfisher', { state: 'no-key', text: 'No key.', limits: null, lastAnswerAt: null }),
              status('binance', { state: 'connecting' }),
            ]
          : scene === 'refused'
            ? [
                status('kingfisher', {
                  state: 'refused',
                  text: 'Kingfisher refuses the key (401). Nothing is sent until it changes.',
                  failure: failure('auth', 'Kingfisher refuses the key.'),
                  credential: { kept: 'session', keychainProblem: 'The system keychain is locked.' },
                }),
                status('binance'),
              ]
            : scene === 'limited'
              ? [
                  status('kingfisher', {
                    state: 'live',
                    stream: 'live',
                    text: 'Kingfisher is streaming. Daily limit exceeded. Upgrade to Elite for unlimited requests.',
                    limits: { limit: 100, remaining: 0, resetAt: unixMs(Date.now() + 36e5), seenAt: at },
                  }),
                  status('binance', { state: 'limited', text: 'Binance limits.', until: unixMs(Date.now() + 9e5) }),
                ]
              : [status('kingfisher'), status('binance')],
    quotes: scene === 'empty' ? [] : assets.map((asset) => quoteNow(asset)),
    snapshots: scene === 'empty' ? [] : [...maps, sample.gexOf('BTC', taken), sample.gexOf('ETH', taken), ...flow],
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

  const bridge = new FakeBridge({
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
    'workspace/want': () => null,
    'candles/read': ({ asset, timeframe, before, limit }) =>
      scene === 'empty'
        ? null
        : sample.seriesOf(asset, timeframe, limit, {
            end: before === null ? at : before - timeframeMs[timeframe],
            environment,
          }),
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
  });

  if (scene === 'error') {
    const at = unixMs(Date.now());
    const bad = failure(
      'bad-response',
      'Kingfisher sent an answer that Halcyon cannot read; the last good map stays.',
      { path: '$.clusters[3].price' },
    );
    setTimeout(() => {
      bridge.send('snapshot/trouble', { asset: 'BTC', kind: 'liquidation-map', failure: bad, at });
      bridge.send('snapshot/trouble', {
        asset: 'BTC',
        kind: 'gex',
        failure: failure('server', 'Kingfisher had an error of its own (500).', { retryAt: unixMs(at + 30_000) }),
        at,
      });
      bridge.send('snapshot/trouble', {
        asset: 'BTC',
        kind: 'order-flow',
        failure: failure('plan', 'Your Kingfisher plan does not include order flow.'),
        at,
      });
    }, 200);
  }
  if (scene === 'calm' || scene === 'live') tickAlong(bridge, quoteNow, environment);
  return bridge;
}

function tickAlong(
  bridge: FakeBridge,
  quoteNow: (asset: Asset, price: number, time: number) => Parameters<typeof bridge.send<'quote/changed'>>[1],
  environment: 'simulated' | 'production' | 'sandbox' | 'custom',
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
    const series = sample.seriesOf(asset, timeframe, 1, { end: Date.now(), environment });
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
