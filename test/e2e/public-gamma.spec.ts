import { rejectedRows } from './profile-database.ts';
import { hostOf, openPublicMarkets, otherVenues, sourceOf } from './public-markets.ts';
import { refusal } from './servers.ts';
import { expect, fixture, fixtureText, test } from './with-servers.ts';

test('gamma exposure made of Deribit’s and of Bybit’s chain: total, flip, walls, model; faults are said, the last one stays', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: otherVenues });
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
  const terminal = await openPublicMarkets(page, servers);
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
