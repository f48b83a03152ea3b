import { afterEach, expect, test } from 'vitest';
import { manualClock } from '../../../src-main/demo/clock.ts';
import { startDeribitServer } from '../../../src-main/demo/deribit/server.ts';
import { createMarket } from '../../../src-main/demo/market/market.ts';

const start = Date.UTC(2026, 1, 1, 12, 34, 56);
const market = createMarket(3);
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serve() {
  const server = await startDeribitServer({ market, clock: manualClock(start) });
  endings.push(server.close);
  const get = async (path: string) => {
    const response = await fetch(`${server.restUrl}/api/v2/public/${path}`);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Envelope };
  };
  return { server, get };
}
interface Envelope {
  readonly result?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: { readonly code: number; readonly message: string };
}
const summary = 'get_book_summary_by_currency';

test('the whole chain comes in one answer, volatility in percent, coins of open interest', async () => {
  const { get } = await serve();
  const { body } = await get(`${summary}?currency=BTC&kind=option`);
  expect(body).toMatchObject({ jsonrpc: '2.0', usIn: start * 1000, usDiff: 900, testnet: false });
  const chain = market.options.chain(market.find('BTC')!, start as never);
  expect(body.result).toHaveLength(chain.length);
  const row = body.result![0]!;
  expect(row).toMatchObject({
    ...{ instrument_name: expect.stringMatching(/^BTC-6FEB26-\d+-C$/) as string, underlying_index: 'BTC-6FEB26' },
    ...{
      open_interest: chain[0]!.openInterest,
      estimated_delivery_price: market.prices.price(market.find('BTC')!, start as never),
    },
    ...{ creation_timestamp: start, base_currency: 'BTC', quote_currency: 'BTC' },
  });
  expect(row['mark_iv']).toBeCloseTo(chain[0]!.markIv * 100, 8);
  for (const { mark_price: mark } of body.result!) expect(Number(mark)).toBeGreaterThanOrEqual(0);
});

test.each([
  [`${summary}?currency=SOL&kind=option`, 400, -32602],
  [`${summary}?kind=option`, 400, -32602],
  [`${summary}?currency=BTC&kind=future`, 400, -32602],
  ['get_nothing', 404, -32601],
])('%s is refused with status %i and code %i', async (path, status, code) => {
  const { get } = await serve();
  expect(await get(path)).toMatchObject({ status, body: { error: { code } } });
});

test('limits and failures are told in the venue’s words, narrower than the server’s where wanted', async () => {
  const { server, get } = await serve();
  await server.scenario('500');
  await server.scenario({ name: '429', retryAfterSeconds: 3 }, `${summary}/ETH`);
  expect(await get(`${summary}?currency=BTC&kind=option`)).toMatchObject({
    status: 500,
    body: { error: { code: 11094 } },
  });
  const limited = await get(`${summary}?currency=ETH&kind=option`);
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
  expect(limited.body.error).toEqual({ code: 10028, message: 'too_many_requests' });
});

test('there is no stream', async () => {
  const { server } = await serve();
  expect(server.streamUrl).toBe('');
});
