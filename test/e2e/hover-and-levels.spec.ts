import { fixedClock } from '../../src-main/demo/clock.ts';
import { exact } from './exact.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { useServers } from './servers.ts';
import { expect, test } from './with-servers.ts';

/** The market stands still here, so that price and distances are exact. */
const standstill = Date.UTC(2026, 1, 3, 12, 34, 56);
const timestamp = '2026-02-01T08:09:10Z';
const price = 67_000.1;

/** More digits than any rounding would leave; sizes and prices that no two columns order alike. */
const clusters = [
  { price: 64000.123456789, long_liquidations: 4800000000.55, short_liquidations: 120000000.25 },
  { price: 65432.1, long_liquidations: 1234567890.123, short_liquidations: 0 },
  { price: 66666.66666667, long_liquidations: 0.1, short_liquidations: 7e-7 },
  { price: 68010.5, long_liquidations: 95000000.01, short_liquidations: 900000000.5 },
  { price: 69500.000001, long_liquidations: 0, short_liquidations: 2100000000.125 },
].map((cluster) => ({ ...cluster, timestamp }));
const liquidations = { asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: price, clusters };

const gex = {
  asset: 'BTC',
  current_price: price,
  timestamp,
  gex_profile: [
    { strike: 65000, gamma_exposure: -420000000.125, total_gamma: -680000000 },
    { strike: 67500.25, gamma_exposure: 680000000.0625, total_gamma: 520000000 },
  ],
  flip_level: 68400.55,
  current_gex: 'positive',
};

/** Klines that all stand at the price. */
function flatCandles(request: { readonly query: Readonly<Record<string, string>> }): { body: unknown } {
  const length = { '1m': 60_000, '15m': 900_000, '1h': 3_600_000 }[request.query['interval'] ?? ''] ?? 900_000;
  const limit = Number(request.query['limit'] ?? 500);
  const end = Math.min(Number(request.query['endTime'] ?? standstill), standstill);
  const newest = Math.floor(end / length) * length;
  const first = Math.max(newest - (limit - 1) * length, Number(request.query['startTime'] ?? 0));
  const rows = [];
  for (let open = Math.ceil(first / length) * length; open <= newest; open += length) {
    rows.push([
      open,
      '67000.10',
      '67100.00',
      '66900.00',
      '67000.10',
      '10.5',
      open + length - 1,
      '703501',
      9,
      '5',
      '335000',
      '0',
    ]);
  }
  return { body: rows };
}

const distance = (level: number, digits: number): string => {
  const percent = ((level - price) / price) * 100;
  return `${percent > 0 ? '+' : ''}${percent.toFixed(digits)} %`;
};

test('bands, GEX levels and the Levels table show every digit, with unit, distance, source, time and age', async ({
  launch,
  serve,
}) => {
  test.setTimeout(90_000);
  const servers = await serve({ clock: fixedClock(standstill) });
  servers.kingfisher.override('liquidations/BTC', { body: liquidations });
  servers.kingfisher.override('gex/BTC', { body: gex });
  await servers.kingfisher.scenario('gap', 'stream');
  await servers.binance.scenario('gap', 'stream');
  servers.binance.override('klines/BTCUSDT', flatCandles);
  const source = `Kingfisher · 127.0.0.1:${servers.kingfisher.port}`;

  const { app, page } = await launch({ env: { TZ: 'UTC' } });
  await useServers(page, servers);
  const terminal = new TerminalWindow(page);
  const { chart, levels } = terminal;
  await expect(chart.header.getByTitle('67,000.1 USDT')).toHaveText('67,000.1');
  await expect(levels.rows).toHaveCount(clusters.length + gex.gex_profile.length + 1);
  await chart.overlay('Fit levels').click();
  await chart.hideBelow.press('Home');
  await expect.poll(async () => (await chart.state())?.bands).toBe(clusters.length);
  const age = `${Math.floor((Date.now() - Date.parse(timestamp)) / 86_400_000)} d`;

  await test.step('hovering a band', async () => {
    const card = await chart.hoverLevel('64,000.123456789');
    await expect(card).toContainText('Liquidation level');
    await expect(card.locator('dt')).toHaveText(['Long', 'Short', 'From price']);
    await expect(card.locator('dd')).toHaveText(['$4,800,000,000.55', '$120,000,000.25', distance(64000.123456789, 2)]);
    await expect(card.locator('p')).toHaveText([`Estimated by ${source}`, `2026-02-01 08:09:10 UTC · ${age} old`]);

    const small = await chart.hoverLevel('66,666.66666667');
    await expect(small.locator('dd')).toHaveText(['$0.1', '$0.0000007', distance(66666.66666667, 2)]);
  });

  await test.step('hovering the flip and a strike', async () => {
    const flip = await chart.hoverLevel('68,400.55');
    await expect(flip).toContainText('GEX flip level');
    await expect(flip.locator('dd')).toHaveText([distance(68400.55, 2)]);
    await expect(flip.locator('p')).toHaveText([source, `2026-02-01 08:09:10 UTC · ${age} old`]);

    const strike = await chart.hoverLevel('65,000', 0.4);
    await expect(strike).toContainText('GEX strike');
    await expect(strike.locator('dd')).toHaveText(['-$420,000,000.125', distance(65000, 2)]);
    await chart.leave();
    await expect(chart.hoverCard).toHaveCount(0);
  });

  await test.step('the Levels table says the same, cell by cell', async () => {
    const cells = levels.row('64,000.123456789').getByRole('gridcell');
    await expect(cells).toHaveText([
      '64,000.123456789',
      'both',
      '$4.80B',
      '$120M',
      distance(64000.123456789, 2),
      'Kingfisher',
      age,
    ]);
    await expect(cells.nth(2)).toHaveAttribute('title', '$4,800,000,000.55');
    await expect(cells.nth(2)).toHaveAccessibleName('$4.80B, exactly $4,800,000,000.55');
    await expect(cells.nth(3)).toHaveAttribute('title', '$120,000,000.25');
    await expect(cells.nth(5)).toHaveAttribute('title', source);
    await expect(levels.row('67,500.25').getByRole('gridcell').nth(2)).toHaveAttribute(
      'title',
      '$680,000,000.0625 of delta per 1 % move',
    );
    await levels.row('69,500.000001').click();
    await expect(levels.detail.locator('dd')).toHaveText([
      '69,500.000001',
      '$0',
      '$2,100,000,000.125',
      distance(69500.000001, 4),
      source,
      '2026-02-01 08:09:10 UTC',
      age,
    ]);
  });

  await test.step('each column sorts both ways and says so', async () => {
    const shown = [...clusters.map(({ price }) => price), ...gex.gex_profile.map(({ strike }) => strike), 68400.55];
    const ascending = [...shown].sort((a, b) => a - b).map(exact);
    const descending = [...ascending].reverse();
    await expect(levels.header('Price')).toHaveAttribute('aria-sort', 'descending');
    expect(await levels.prices()).toEqual(descending);
    await levels.header('Price').getByRole('button').click();
    await expect(levels.header('Price')).toHaveAttribute('aria-sort', 'ascending');
    expect(await levels.prices()).toEqual(ascending);

    await levels.show('Clusters').click();
    const by = (key: (cluster: (typeof clusters)[number]) => number): string[] =>
      [...clusters].sort((a, b) => key(a) - key(b) || b.price - a.price).map(({ price }) => exact(price));
    const orders = [
      { name: 'Long', first: 'descending', expected: by((c) => -c.long_liquidations) },
      { name: 'Short', first: 'descending', expected: by((c) => -c.short_liquidations) },
      { name: 'Dist.', first: 'ascending', expected: by((c) => Math.abs(c.price - price)) },
    ] as const;
    for (const { name, first, expected } of orders) {
      await levels.header(name).getByRole('button').click();
      await expect(levels.header(name)).toHaveAttribute('aria-sort', first);
      expect(await levels.prices(), name).toEqual(expected);
      await levels.header(name).getByRole('button').click();
      await expect(levels.header(name)).toHaveAttribute(
        'aria-sort',
        first === 'ascending' ? 'descending' : 'ascending',
      );
      expect((await levels.prices())[0], name).toBe(expected.at(-1));
    }
    for (const name of ['Side', 'Source', 'Age']) {
      await levels.header(name).getByRole('button').click();
      await expect(levels.header(name)).toHaveAttribute('aria-sort', 'ascending');
      await expect(levels.grid.locator('th:not([aria-sort="none"])')).toHaveCount(1);
    }
    await levels.show('All').click();
  });

  await test.step('everything in the table is done by keyboard, too', async () => {
    await levels.header('Age').getByRole('button').focus();
    for (let step = 0; step < 6; step += 1) await page.keyboard.press('ArrowLeft');
    await expect(levels.header('Price').getByRole('button')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(levels.header('Price')).toHaveAttribute('aria-sort', 'descending');

    await levels.grid.focus();
    await page.keyboard.press('End');
    await expect(levels.fact('Price')).toHaveText('64,000.123456789');
    await expect(levels.grid.getByRole('row', { selected: true })).toHaveCount(1);
    await page.keyboard.press('ArrowUp');
    await expect(levels.fact('Price')).toHaveText('65,000');
    await expect(levels.fact('Gamma exposure')).toHaveText('-$420,000,000.125 per 1 %');
    await page.keyboard.press('Home');
    await expect(levels.fact('Short')).toHaveText('$2,100,000,000.125');

    await page.keyboard.press('ControlOrMeta+c');
    const copied = await app.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied.split('\n').map((line) => line.split('\t'))).toEqual([
      ['asset', 'level', 'price', 'long', 'short', 'gamma', 'unit', 'distance', 'source', 'taken', 'labels'],
      [
        'BTC',
        'Short cluster',
        '69500.000001',
        '0',
        '2100000000.125',
        '',
        'usd',
        String((69500.000001 - price) / price),
        source,
        '2026-02-01T08:09:10.000Z',
        'estimated',
      ],
    ]);
  });
});
