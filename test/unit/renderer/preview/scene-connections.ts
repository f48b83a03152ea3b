import type { Connections, RequestLine, RequestQuestion } from '../../../../src-main/contract/diagnostics.ts';
import type { FailureKind } from '../../../../src-main/contract/failure.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { providerIds } from '../../../../src-main/contract/source.ts';
import type { Environment, ProviderId } from '../../../../src-main/contract/source.ts';
import { sourceOf } from '../samples.ts';

const endpoints: Readonly<Record<ProviderId, string>> = {
  kingfisher: '/v1/liquidation-map?asset=BTC&exchange=all&timeframe=1D',
  'kingfisher-legacy': '/api/maps/binance/BTC/USDT/all_leverage',
  kaiko: '/v2/data/derivatives.v2/liquidations?interval=1h&page_size=1000&sort=desc',
  kiyotaka: '/v1/points?type=LIQUIDATION_HEATMAP&exchange=HYPERLIQUID&coin=BTC&period=60',
  binance: '/fapi/v1/klines?symbol=BTCUSDT&interval=15m&limit=1000',
  bybit: '/v5/market/kline?category=linear&symbol=BTCUSDT&interval=15',
  okx: '/api/v5/market/candles?instId=BTC-USDT-SWAP&bar=15m',
  hyperliquid: '/info',
  deribit: '/api/v2/public/get_book_summary_by_currency?currency=BTC&kind=option',
};

const troubles: readonly (readonly [number | null, FailureKind])[] = [
  [429, 'rate-limited'],
  [null, 'timeout'],
  [200, 'bad-response'],
  [401, 'auth'],
];

/** `count` requests up to `now`, one every seven seconds, each seventh failed. */
export function sceneRequests(now: number, environment: Environment, count: number): readonly RequestLine[] {
  return Array.from({ length: count }, (_, index) => {
    const id = count - index;
    const provider = providerIds[(id * 5) % providerIds.length]!;
    const [status, failureKind] = id % 7 === 3 ? troubles[(id * 3) % troubles.length]! : ([200, null] as const);
    return {
      id,
      source: sourceOf(provider, environment),
      at: unixMs(now - index * 7_000),
      method: provider === 'hyperliquid' ? 'POST' : 'GET',
      endpoint: endpoints[provider],
      status,
      tookMs: status === null ? 10_000 : 40 + ((id * 37) % 420) + 0.4,
      failureKind,
      bytes: status === null ? 0 : 180 + ((id * 7_919) % 912_000),
      charged: status === null ? 0 : provider === 'binance' ? 5 : 1,
      purpose: id % 11 === 0 ? 'user' : 'background',
    };
  });
}

/** What main answers to `connections/read`. */
export function sceneConnections(question: RequestQuestion, all: readonly RequestLine[], now: number): Connections {
  const { provider, before, limit } = question;
  const found = all.filter(
    ({ id, source }) => (before === null || id < before) && (provider === null || source.provider === provider),
  );
  return {
    requests: found.slice(0, limit),
    streams:
      all.length === 0
        ? []
        : [
            {
              provider: 'binance',
              messages: 482_310,
              superseded: 1_204,
              connects: 2,
              lastMessageAt: unixMs(now - 1_200),
            },
            { provider: 'kingfisher', messages: 1, superseded: 0, connects: 1, lastMessageAt: unixMs(now - 41_000) },
          ],
    rejected: all.length === 0 ? 0 : 3,
    replacedEvents: all.length === 0 ? 0 : 1_204,
  };
}
