import type { Locator, Page } from '@playwright/test';

import type { ProviderId } from '../../src-main/contract/source.ts';
import { standStill } from './flat-candles.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { rejectedRows } from './profile-database.ts';
import { refusal, request, useAddresses, type Servers } from './servers.ts';
import { expect, fixture, fixtureText, test } from './with-servers.ts';

const also = ['bybit', 'okx', 'hyperliquid', 'deribit'] as const;
const price = '36552.70';

const hostOf = (servers: Servers, id: ProviderId): string => `127.0.0.1:${servers.of(id).port}`;
const sourceOf = (servers: Servers, id: ProviderId, name: string): string => `${name} · ${hostOf(servers, id)}`;

/** The live market without any key, its price standing still. */
async function openLive(page: Page, servers: Servers): Promise<TerminalWindow> {
  await standStill(servers, 'binance', price);
  for (const id of ['bybit', 'okx', 'hyperliquid'] as const) await servers.of(id).scenario('gap', 'stream');
  await useAddresses(page, servers);
  await request(page, 'market/choose', 'live');
  const terminal = new TerminalWindow(page);
  await terminal.chart.expectCandles('BTC', '15m');
  return terminal;
}

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
  const servers = await serve({ also });
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
  const { inspector } = await openLive(page, servers);
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
  const servers = await serve({ also });
  const { page } = await launch({ env: { TZ: 'UTC' } });
  const terminal = await openLive(page, servers);
  const { chart, inspector } = terminal;
  await inspector.open('Volumes');
  const { realised } = inspector;
  const now = Date.now() - 1_000;
  const listening = { message: 'stream clients that are let in' };

  await test.step('Binance: an order that SELLs closed a long; a sample', async () => {
    const { o, ...order } = JSON.parse(await fixtureText('binance/stream-force-order.json')) as { o: object };
    await expect.poll(() => servers.binance.clients, listening).toBeGreaterThan(1);
    servers.binance.push({ ...order, o: { ...o, T: now } });
    const row = realised.row('$138.74');
    await expect(row.getByRole('cell')).toHaveText([
      /^\d\d:\d\d:\d\d$/,
      /^Binance\*\s*, sample$/,
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
      /^OKX\*\s*, sample$/,
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
      data: [{ T: now, s: 'BTCUSDT', S: 'Buy', v: '1000', p: price }],
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

test('gamma exposure made of Deribit’s and of Bybit’s chain: total, flip, walls, model; faults are said, the last one stays', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also });
  const deribit = servers.of('deribit');
  const chainText = await fixtureText('deribit/book-summary-btc.json');
  const chain = JSON.parse(chainText) as { result: { instrument_name: string; open_interest: number }[] };
  // With so many puts the total changes its sign between 80 % and 120 % of the index.
  const result = chain.result.map((row) =>
    row.instrument_name === 'BTC-27SEP24-35000-P' ? { ...row, open_interest: 400 } : row,
  );
  const endpoint = 'get_book_summary_by_currency/BTC';
  deribit.override(endpoint, { body: { ...chain, result } });
  servers.of('bybit').override('tickers/option/BTC', await fixture('bybit/options-btc.json'));
  const running = await launch({ env: { TZ: 'UTC' } });
  const { page } = running;
  const terminal = await openLive(page, servers);
  const { chart, inspector } = terminal;
  const { gex } = inspector;
  await inspector.open('GEX');

  // Black-76 worked out elsewhere: 1.7251333e-5 × 368.8 × 36,552.72² × 0.01 for the call, 1.5543327e-5 × 400 … for the put.
  const expectDeribit = async (): Promise<void> => {
    await expect(gex.getByText(sourceOf(servers, 'deribit', 'Deribit'))).toBeVisible();
    await expect(inspector.gexLine('Regime')).toContainText('positive gamma');
    await expect(inspector.gexLine('Total')).toContainText('+$1.94K');
    await expect(
      inspector.gexLine('Total').getByTitle(/^\$1,936\.82\d* of delta per 1 % move, computed by Halcyon$/),
    ).toBeVisible();
    await expect(inspector.gexLine('Flip level')).toContainText('34,473.7');
    await expect(inspector.gexLine('Flip level').getByTitle(/^34,473\.71\d*, computed by Halcyon$/)).toBeVisible();
    await expect(inspector.gexLine('Call wall')).toContainText('40,000.0');
    await expect(inspector.gexLine('Put wall')).toContainText('35,000.0');
    await expect(gex.getByTitle(/^\$85,006\.66\d* per 1 %$/).first()).toHaveText('+$85.0K');
    await expect(gex.getByTitle(/^-\$83,069\.84\d* per 1 %$/).first()).toHaveText('-$83.1K');
  };

  await test.step('Deribit, in the tab and on the chart, with every assumption by name', async () => {
    await expectDeribit();
    await expect(gex.getByText('computed', { exact: true })).toBeVisible();
    await gex.getByText('How this was made').click();
    for (const sentence of [
      'Halcyon made this from Deribit’s public option chain; Deribit gives no gamma exposure itself.',
      'Gamma is computed by Black-76 (no interest, years of 365 days) from Deribit’s volatility (mark_iv, percent).',
      'Spot: estimated_delivery_price, the index; each expiry at its underlying_price, 36,552.72.',
      '2 options of 1 expiry with 768.8 BTC of open interest. 2 options expired or without open interest or volatility left out.',
    ]) {
      await expect(gex.getByRole('listitem').getByText(sentence, { exact: true })).toBeVisible();
    }
    await expect(gex.getByRole('listitem').getByText(/^Sign model: .*calls count plus and puts minus\./)).toBeVisible();
    await expect(chart.regime).toContainText('GEX positive · flip 34,473.7 · positive above flip');
    await expect(chart.regime).toContainText('computed from 2 options: calls +, puts −');
  });

  await test.step('Bybit: its own gamma; no flip is no flip', async () => {
    await inspector.chooseGex('Bybit');
    await expect(gex.getByText(sourceOf(servers, 'bybit', 'Bybit'))).toBeVisible();
    // 0.00001725 × 100 × 36,552.72² × 0.01 and 0.00001554 × 60.5 × …
    await expect(gex.getByTitle(/^\$23,047\.74\d* per 1 %$/).first()).toHaveText('+$23.0K');
    await expect(gex.getByTitle(/^-\$12,561\.62\d* per 1 %$/).first()).toHaveText('-$12.6K');
    await expect(inspector.gexLine('Total').getByTitle(/^\$10,486\.12\d* of delta/)).toHaveText('+$10.5K');
    await expect(
      inspector.gexLine('Flip level').getByTitle('The total does not change its sign within ±20 % of the spot.'),
    ).toHaveText('—');
    await expect(inspector.gexLine('Call wall')).toContainText('40,000.0');
    await expect(inspector.gexLine('Put wall')).toContainText('35,000.0');
    await expect(gex.getByText('Gamma is Bybit’s own.')).toHaveCount(1);
    await inspector.chooseGex('Deribit');
    await expectDeribit();
  });

  const trouble = terminal.trouble('GEX');
  const refresh = { provider: 'deribit', asset: 'BTC', kind: 'gex' } as const;
  const retry = gex.getByRole('button', { name: 'Retry gex' });
  const faults = [
    {
      name: 'a barred region',
      scenario: { name: '403' },
      says: `Deribit does not answer from your network or region (${hostOf(servers, 'deribit')} refused).`,
    },
    {
      name: 'a web page',
      scenario: { name: 'garbage', variant: 'html' },
      says: 'Deribit answered with a web page instead of data.',
    },
    {
      name: 'null for the chain',
      scenario: { name: 'garbage', variant: 'wrong-type' },
      says: 'Deribit sent an answer that could not be read: $.result is not a list.',
    },
    {
      name: 'half a chain',
      scenario: { name: 'garbage', variant: 'truncated' },
      says: 'Deribit answered with something that is not JSON.',
    },
  ] as const;
  for (const { name, scenario, says } of faults) {
    await test.step(`${name}: one sentence, and the last profile stays`, async () => {
      await deribit.scenario(scenario, endpoint);
      await refusal(page, 'snapshot/refresh', refresh);
      await expect(trouble).toContainText(says);
      await expectDeribit();
      await deribit.scenario('calm', endpoint);
      await retry.click();
      await expect(trouble).toHaveCount(0);
    });
  }

  await test.step('429: says when it asks again, asks nothing before, heals by itself', async () => {
    await deribit.scenario({ name: '429', retryAfterSeconds: 4 }, endpoint);
    const { retryAt } = await refusal(page, 'snapshot/refresh', refresh);
    const asked = deribit.requests.length;
    await expect(trouble).toContainText('Deribit asks to slow down. Next try in');
    await expect(terminal.provider('Deribit')).toContainText('limited');
    await expectDeribit();
    await deribit.scenario('calm', endpoint);
    await expect.poll(() => deribit.requests.length).toBeGreaterThan(asked);
    expect(deribit.requests[asked]!.at).toBeGreaterThanOrEqual(retryAt!);
    await expect(trouble).toHaveCount(0);
  });

  await test.step('451 at Binance is a sentence beside its rows; the other venues’ rows stay', async () => {
    servers.binance.override('premiumIndex', {
      status: 451,
      body: { code: 0, msg: 'Service unavailable from a restricted location' },
    });
    await inspector.open('Flow');
    await expect(
      inspector.flow.getByRole('status').filter({ hasText: 'Open interest of Binance, Funding of Binance:' }),
    ).toContainText(`Binance is not available from your region (${hostOf(servers, 'binance')} refused).`);
    for (const id of ['bybit', 'okx', 'hyperliquid'] as const) {
      const name = { bybit: 'Bybit', okx: 'OKX', hyperliquid: 'Hyperliquid' }[id];
      await expect(inspector.rowsOf('Open interest', sourceOf(servers, id, name))).toHaveCount(1);
      await expect(inspector.rowsOf('Funding', sourceOf(servers, id, name))).toHaveCount(1);
    }
  });

  await running.close();
  expect(rejectedRows(running.profile).map(({ provider, path }) => ({ provider, path }))).toEqual([
    { provider: 'deribit', path: '$' },
    { provider: 'deribit', path: '$.result' },
    { provider: 'deribit', path: '$' },
  ]);
});
