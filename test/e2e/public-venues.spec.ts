import type { Locator } from '@playwright/test';

import type { ProviderId } from '../../src-main/contract/source.ts';
import { openPublicMarkets, otherVenues, sourceOf, stillPrice } from './public-markets.ts';
import { expect, fixture, fixtureText, test } from './with-servers.ts';

/** Visible text of each number cell of a row, and what it says on hover: `$126M` and `$125,714,316.27346581`. */
async function expectCells(
  row: Locator,
  expected: readonly (readonly [text: string, exactly: RegExp | null])[],
): Promise<void> {
  await expect(row).toHaveCount(1);
  const cells = row.locator('td.number:not(.age)');
  await expect(cells).toHaveCount(expected.length);
  for (const [at, [text, exactly]] of expected.entries()) {
    await expect(cells.nth(at)).toHaveText(text);
    if (exactly !== null) await expect(cells.nth(at)).toHaveAttribute('title', exactly);
  }
}

test('open interest and funding of four venues stand side by side, each exactly as its own document says', async ({
  launch,
  serve,
}) => {
  const servers = await serve({ also: otherVenues });
  const { binance } = servers;
  const [bybit, okx, hyperliquid] = [servers.of('bybit'), servers.of('okx'), servers.of('hyperliquid')];
  binance.override('openInterest', await fixture('binance/open-interest.json'));
  binance.override('openInterestHist', await fixture('binance/open-interest-hist.json'));
  binance.override('premiumIndex', await fixture('binance/premium-index.json'));
  binance.override('fundingInfo', await fixture('binance/funding-info.json'));
  bybit.override('tickers/BTCUSDT', await fixture('bybit/ticker-btc.json'));
  bybit.override('instruments-info/BTCUSDT', await fixture('bybit/instrument-btc.json'));
  okx.override('open-interest/BTC-USDT-SWAP', await fixture('okx/open-interest.json'));
  okx.override('open-interest-history/BTC-USDT-SWAP', await fixture('okx/open-interest-history.json'));
  okx.override('funding-rate/BTC-USDT-SWAP', await fixture('okx/funding-rate.json'));
  hyperliquid.override('metaAndAssetCtxs', await fixture('hyperliquid/meta-and-asset-ctxs.json'));
  const { page } = await launch({ env: { TZ: 'UTC' } });
  const { inspector } = await openPublicMarkets(page, servers);
  await inspector.open('Flow');
  const noChange = /^The source sends no change in 24 hours\.$/;

  await test.step('open interest, in dollars, with its change where the venue’s history reaches', async () => {
    const rowOf = (id: ProviderId, name: string): Locator =>
      inspector.rowsOf('Open interest', sourceOf(servers, id, name));
    // 10,659.509 coins at a mark price of 11,793.63104562; 150,570,784.08 a day before.
    await expectCells(rowOf('binance', 'Binance'), [
      ['$126M', /^\$125,714,316\.2734\d*$/],
      ['-$24.9M', /^-\$24,856,467\.8046\d*$/],
      ['-16.51 %', null],
    ]);
    await expectCells(rowOf('bybit', 'Bybit'), [
      ['$3.51B', /^\$3,510,782,851\.14$/],
      ['—', noChange],
      ['—', noChange],
    ]);
    await expectCells(rowOf('okx', 'OKX'), [
      ['$1.79B', /^\$1,789,100,000\.5$/],
      ['+$189M', /^\$189,100,000$/],
      ['+11.82 %', null],
    ]);
    // 688.11 coins at a mark price of 14.3161.
    await expectCells(rowOf('hyperliquid', 'Hyperliquid'), [
      ['$9.85K', /^\$9,851\.0515\d*$/],
      ['—', noChange],
      ['—', noChange],
    ]);
    await expect(inspector.venues('Open interest').getByRole('row', { name: /^All/ })).toHaveCount(0);
  });

  await test.step('funding, as a rate per interval and a year', async () => {
    const rowOf = (id: ProviderId, name: string): Locator => inspector.rowsOf('Funding', sourceOf(servers, id, name));
    const isPast = /^20\d\d-\d\d-\d\d \d\d:\d\d UTC$/;
    await expectCells(rowOf('binance', 'Binance'), [
      ['+0.0382 % / 8 h', /^0\.00038246 as a fraction per 8 h$/],
      ['+41.9 %', /^0\.4187937\d* as a fraction$/],
      ['0 s', /^2020-08-14 08:00 UTC$/],
    ]);
    await expectCells(rowOf('bybit', 'Bybit'), [
      ['+0.0100 % / 8 h', /^0\.0001 as a fraction per 8 h$/],
      ['+11.0 %', /^0\.1095\d* as a fraction$/],
      ['0 s', /^2026-02-01 00:00 UTC$/],
    ]);
    await expectCells(rowOf('okx', 'OKX'), [
      ['+0.0018 % / 8 h', /^0\.0000182221218054 as a fraction per 8 h$/],
      ['+2.0 %', /^0\.01995322\d* as a fraction$/],
      ['0 s', isPast],
    ]);
    await expectCells(rowOf('hyperliquid', 'Hyperliquid'), [
      ['+0.0013 % / 1 h', /^0\.0000125 as a fraction per 1 h$/],
      ['+11.0 %', /^0\.1095\d* as a fraction$/],
      ['—', /^No time was sent\.$/],
    ]);
  });
});

test('who was liquidated is told from each venue’s own words, in the list, in the sums and on the candles', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: otherVenues });
  const { page } = await launch({ env: { TZ: 'UTC' } });
  const terminal = await openPublicMarkets(page, servers);
  const { chart, inspector } = terminal;
  await inspector.open('Volumes');
  const { realised } = inspector;
  const now = Date.now() - 1_000;
  const listening = { message: 'stream clients that are let in' };

  await test.step('Binance: an order that SELLs closed a long; a sample', async () => {
    const { o, ...order } = JSON.parse(await fixtureText('binance/stream-force-order.json')) as { o: object };
    // One connection for candles and liquidations: what counts is that it was subscribed to.
    const hasAsked = (): boolean => servers.binance.messages.some(({ text }) => text.includes('btcusdt@forceOrder'));
    await expect.poll(hasAsked, listening).toBe(true);
    expect(servers.binance.clients).toBe(1);
    servers.binance.push({ ...order, o: { ...o, T: now } });
    const row = realised.row('$138.74');
    await expect(row.getByRole('cell')).toHaveText([
      /^\d\d:\d\d:\d\d$/,
      /^Binance\*$/,
      'long',
      '9,910.0',
      '0.014',
      '$139',
    ]);
    await expect(row.getByRole('cell').nth(3)).toHaveAttribute('title', '9,910, average fill');
    servers.binance.push({ ...order, o: { ...o, S: 'BUY', z: '0.5', T: now } });
    await expect(realised.row('$4,955').getByRole('cell').nth(2)).toHaveText('short');
  });

  await test.step('Bybit: S is the position, so Buy was a long', async () => {
    const push = JSON.parse(await fixtureText('bybit/stream-liquidations.json')) as { data: object[] };
    await expect.poll(() => servers.of('bybit').clients, listening).toBeGreaterThan(0);
    servers.of('bybit').push({ ...push, ts: now, data: push.data.map((each, at) => ({ ...each, T: now - at })) });
    const short = realised.row('$201.4053').getByRole('cell');
    await expect(short).toHaveText([/^\d\d:\d\d:\d\d$/, 'Bybit', 'short', '67,135.1', '0.003', '$201']);
    const long = realised.row('$83,582.5').getByRole('cell');
    await expect(long).toHaveText([/^\d\d:\d\d:\d\d$/, 'Bybit', 'long', '66,866.0', '1.25', '$83.6K']);
    await expect(long.nth(3)).toHaveAttribute('title', '66,866, bankruptcy price');
  });

  await test.step('OKX: posSide long; contracts of 0.01 coins; without a posSide the order’s side tells', async () => {
    const text = await fixtureText('okx/stream-liquidation-long.json');
    const { data, ...push } = JSON.parse(text) as { data: { details: { ts: string }[] }[] };
    const [item] = data;
    const details = item!.details.map((detail, at) => ({ ...detail, ts: String(now - at) }));
    await expect.poll(() => servers.of('okx').clients, listening).toBeGreaterThan(0);
    servers.of('okx').push({ ...push, data: [{ ...item, details }] });
    await expect(realised.row('$33,495.25').getByRole('cell')).toHaveText([
      /^\d\d:\d\d:\d\d$/,
      /^OKX\*$/,
      'long',
      '66,990.5',
      '0.5',
      '$33.5K',
    ]);
    await expect(realised.row('$16,750').getByRole('cell').nth(2)).toHaveText('long');
    await expect(realised.row('$134,200').getByRole('cell').nth(2)).toHaveText('short');
  });

  await test.step('the last hour, venue by venue', async () => {
    await expect(realised.sums('Binance').getByRole('cell')).toHaveText(['$139', '1', '$4.96K', '1']);
    await expect(realised.sums('Bybit').getByRole('cell')).toHaveText(['$83.6K', '1', '$201', '1']);
    await expect(realised.sums('OKX').getByRole('cell')).toHaveText(['$50.2K', '2', '$134K', '1']);
  });

  await test.step('a mark on the candle, read exactly by hovering', async () => {
    servers.of('bybit').push({
      topic: 'allLiquidation.BTCUSDT',
      type: 'snapshot',
      ts: now,
      data: [{ T: now, s: 'BTCUSDT', S: 'Buy', v: '1000', p: stillPrice }],
    });
    await expect(realised.row('$36,552,700')).toBeVisible();
    await expect.poll(() => chart.markedLiquidations()).toBe(1);
    const card = await chart.hoverMark('$36,552,700');
    await expect(card).toContainText('● Long liquidated');
    await expect(card.locator('dt')).toHaveText(['Bankruptcy price', 'Size']);
    await expect(card.locator('dd')).toHaveText(['36,552.7', '1,000 BTC']);
    await expect(card.locator('p').first()).toHaveText(`${sourceOf(servers, 'bybit', 'Bybit')} · BTCUSDT`);
  });
});
