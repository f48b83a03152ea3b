import { fixedClock } from '../../src-main/demo/clock.ts';
import type { LoopbackKiyotaka } from '../../src-main/demo/kiyotaka/server.ts';
import type { ReceivedRequest } from '../../src-main/demo/loopback/server.ts';
import { demoProviders } from '../../src-main/demo/servers.ts';
import type { RunningApp } from './app.ts';
import { standStillAt } from './flat-market.ts';
import { kaikoHours } from './kaiko-hours.ts';
import { MapsMenu } from './pages/maps.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { VolumesPanel } from './pages/volumes.ts';
import { readRows } from './profile-database.ts';
import { request, useAddresses, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const price = 67_000;
const kiyotakaOf = (servers: Servers): LoopbackKiyotaka => servers.of('kiyotaka') as LoopbackKiyotaka;

/** The newest two columns; in dollars, amounts times prices. */
function heatmap({ query }: ReceivedRequest): { body: unknown } {
  const inUsd = query['transform.normalize.quote'] === 'USD';
  const newest = Math.floor(Date.now() / minuteMs) * 60;
  const column = (s: number, levels: readonly (readonly [number, number])[]) => ({
    Point: { timestamp: { s }, levels: levels.flatMap(([at, coins]) => [at, inUsd ? coins * at : coins]) },
  });
  const points = [
    column(newest - 60, [[60_000, 1]]),
    column(newest, [
      [66_000, 1.25],
      [66_500.5, 0.5],
      [68_000, 3],
    ]),
  ];
  return { body: { series: [{ id: { type: query['type'], interval: query['interval'], coin: 'BTC' }, points }] } };
}

/** Longs are what was bought, as their document says. */
function volumes({ query }: ReceivedRequest): { body: unknown } {
  const scale = query['transform.normalize.quote'] === 'USD' ? 1000 : 1;
  const s = Math.floor(Date.now() / hourMs) * 3600;
  const series = (side: string, amount: number) => ({
    id: { type: 'LIQUIDATION_AGG', interval: query['interval'], side, coin: 'BTC' },
    points: [{ Point: { liquidations: amount * scale, timestamp: { s } } }],
  });
  return { body: { series: [series('SELL', 0.223), series('BUY', 1.529)] } };
}

async function useKiyotaka({ page }: RunningApp, servers: Servers) {
  const terminal = new TerminalWindow(page);
  await useAddresses(page, servers);
  const secret = demoProviders.kiyotaka.secret ?? {};
  await request(page, 'credential/keep', { provider: 'kiyotaka', secret, sessionOnly: true });
  await request(page, 'market/choose', 'live');
  await terminal.chart.expectCandles('BTC', '15m');
  const maps = new MapsMenu(page);
  await maps.show('Kingfisher', false);
  return { terminal, maps, panel: new VolumesPanel(page) };
}

test('the newest column is a layer of exact levels, in US dollars or in coins, its sides inferred', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: ['kiyotaka'] });
  await standStillAt(price, servers);
  servers.of('kiyotaka').override('points/HYPERLIQUID_LIQUIDATION_AGG', heatmap);
  const { terminal, maps } = await useKiyotaka(await launch({ env: { TZ: 'UTC' } }), servers);
  const { levels, chart } = terminal;
  const source = `Kiyotaka · 127.0.0.1:${servers.of('kiyotaka').port}`;
  await maps.show('Kiyotaka');
  await expect.poll(() => levels.prices()).toEqual(['68,000', '66,500.5', '66,000']);

  await test.step('in US dollars', async () => {
    const long = levels.row('66,000').getByRole('gridcell');
    await expect(long.nth(1)).toHaveText('long*');
    await expect(long.nth(2)).toHaveAttribute('title', '$82,500');
    await expect(long.nth(5)).toHaveAttribute('title', source);
    const short = levels.row('68,000').getByRole('gridcell');
    await expect(short.nth(1)).toHaveText('short*');
    await expect(short.nth(3)).toHaveAttribute('title', '$204,000');
    await levels.row('66,500.5').click();
    await expect(levels.fact('Long')).toHaveText('$33,250.25');
    await expect(levels.fact('Source')).toHaveText(source);
    await expect(levels.fact('Taken')).toHaveText(/:00 UTC$/);
    await expect(chart.intensityOf('Kiyotaka')).toContainText('USD, estimated, side inferred');
  });

  await test.step('in coins, by the choice in the menu', async () => {
    await maps.open();
    await maps.layer('Kiyotaka').option('Amounts in').selectOption({ label: 'Coins' });
    await maps.close();
    const long = levels.row('66,000').getByRole('gridcell');
    await expect(long.nth(2)).toHaveAttribute('title', '1.25 BTC');
    await expect(levels.row('68,000').getByRole('gridcell').nth(3)).toHaveText('3 BTC');
    await expect(levels.fact('Long')).toHaveText('0.5 BTC');
    await expect(chart.intensityOf('Kiyotaka')).toContainText('BTC, estimated, side inferred');
    await chart.overlay('Fit levels').click();
    const card = await chart.hoverLevel('68,000');
    await expect(card.locator('dt')).toHaveText(['Short, side inferred', 'From price']);
    await expect(card.locator('dd').first()).toHaveText('3 BTC');
    await expect(card.locator('p').first()).toHaveText(`Estimated by ${source}`);
  });
});

test('the weight of a request is shown before it is sent, and is what the server charges', async ({
  launch,
  serve,
}) => {
  test.setTimeout(150_000);
  // A clock that stands still never begins a new minute: weight adds up.
  const now = Date.now();
  const servers = await serve({ also: ['kiyotaka'], clock: fixedClock(now) });
  await standStillAt(price, servers);
  const kiyotaka = kiyotakaOf(servers);
  const running = await launch({ env: { TZ: 'UTC' } });
  const { terminal, maps, panel } = await useKiyotaka(running, servers);
  const layer = maps.layer('Kiyotaka');
  const asked = (type: string): number => kiyotaka.requests.filter(({ query }) => query['type'] === type).length;
  await expect.poll(() => asked('LIQUIDATION_AGG')).toBe(1);
  // Three exchanges summed: 1 × 1 × (1 + 0.2 × 3), rounded up.
  expect(kiyotaka.weightUsed()).toBe(2);

  await test.step('a refresh of the map', async () => {
    await maps.show('Kiyotaka');
    await expect.poll(() => asked('HYPERLIQUID_LIQUIDATION_AGG')).toBe(1);
    await expect.poll(() => kiyotaka.weightUsed()).toBe(2 + 5);
    await maps.open();
    await expect(layer.refresh).toHaveText('Refresh weight 5');
    await layer.refresh.click();
    await expect.poll(() => asked('HYPERLIQUID_LIQUIDATION_AGG')).toBe(2);
    await expect.poll(() => kiyotaka.weightUsed()).toBe(7 + 5);
    await layer.setOption('Levels of a column', '3001');
    await expect(layer.refresh).toHaveText('Refresh weight 7');
    await expect.poll(() => kiyotaka.weightUsed()).toBeGreaterThan(12);
    await expect(layer.refresh).toBeEnabled();
    const before = kiyotaka.weightUsed();
    const requests = kiyotaka.requests.length;
    await layer.refresh.click();
    await expect.poll(() => kiyotaka.requests.length).toBe(requests + 1);
    await expect.poll(() => kiyotaka.weightUsed()).toBe(before + 7);
    await layer.setOption('Levels of a column', '1500');
    await maps.close();
  });

  await test.step('filling in columns of the past: planned, charged, and kept minute by minute', async () => {
    await terminal.inspector.open('Volumes');
    const section = panel.section('Kiyotaka');
    const from = Math.floor(now / hourMs) * hourMs - 5 * hourMs;
    const to = from + 2 * hourMs;
    const input = (time: number): string => new Date(time).toISOString().slice(0, 16);
    await section.openBackfill();
    await section.what.selectOption({ label: 'Liquidation maps (heatmap columns)' });
    await section.chooseRange(input(from), input(to));
    await expect(section.plan).toHaveText('2 h of 1-minute columns: 120 points, ceil(120/1,000) × 5 = weight 5.');
    await expect(section.start).toHaveText('Fill in: weight 5');
    const before = kiyotaka.weightUsed();
    const requests = kiyotaka.requests.length;
    await section.start.click();
    await expect(section.jobs).toContainText('Done: 120 intervals, 1 request');
    expect(kiyotaka.requests.slice(requests).map(({ query }) => [query['from'], query['period']])).toEqual([
      [String(from / 1000), '7200'],
    ]);
    expect(kiyotaka.weightUsed()).toBe(before + 5);
    const ofSeries = `FROM series JOIN sources ON sources.id = source_id WHERE provider = 'kiyotaka' AND variant = 'MINUTE/usd/1500'`;
    const [loose] = readRows<{ rows: number }>(
      running.profile,
      `SELECT count(*) AS rows FROM snapshots WHERE taken_at >= ${from} AND taken_at < ${to}
       AND series_id IN (SELECT series.id ${ofSeries})`,
    );
    const [packed] = readRows<{ rows: number | null }>(
      running.profile,
      `SELECT sum(count) AS rows FROM blocks WHERE hour >= ${from / hourMs} AND hour < ${to / hourMs}
       AND series_id IN (SELECT series.id ${ofSeries})`,
    );
    expect((loose?.rows ?? 0) + (packed?.rows ?? 0)).toBe(120);
  });
});

test('liquidated volumes: bought are longs; coins never share a scale with Kaiko’s dollars', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: ['kiyotaka', 'kaiko'] });
  await standStillAt(price, servers);
  servers.of('kiyotaka').override('points/LIQUIDATION_AGG', volumes);
  servers.of('kaiko').override('liquidations/BTC', (asked) => kaikoHours(asked));
  const running = await launch({ env: { TZ: 'UTC' } });
  const { terminal, panel } = await useKiyotaka(running, servers);
  const secret = demoProviders.kaiko.secret ?? {};
  await request(running.page, 'credential/keep', { provider: 'kaiko', secret, sessionOnly: true });
  await terminal.inspector.open('Volumes');
  const section = panel.section('Kiyotaka');
  const words = terminal.page.getByTestId('chart-liquidated');

  await test.step('in dollars: one pane, a histogram for each source', async () => {
    await expect(section.cells('All')).toHaveText(['$1.53K', '$223']);
    await expect(section.cells('All').nth(0)).toHaveAttribute('title', '$1,529');
    await expect(section.cells('All').nth(1)).toHaveAttribute('title', '$223');
    await expect(section.region).toContainText('This series does not tell exchanges apart.');
    await expect(panel.section('Kaiko').cells('All').nth(2)).toHaveAttribute('title', '$463,457.50379719737');
    await expect(panel.legends).toHaveCount(1);
    await expect(panel.legend('USD')).toContainText('Kaiko 1h');
    await expect(panel.legend('USD')).toContainText('Kiyotaka 1h');
    await expect(words).toHaveText(/Liquidated volumes below the price, in USD\./);
  });

  await test.step('in coins: a pane and a scale of their own', async () => {
    await terminal.settings.open();
    const card = terminal.settings.card('Kiyotaka');
    await card.show();
    await card.option('Amounts in').selectOption({ label: 'Coins' });
    await terminal.settings.close();
    await expect(section.cells('All').nth(0)).toHaveAttribute('title', '1.529 BTC');
    await expect(section.cells('All').nth(1)).toHaveAttribute('title', '0.223 BTC');
    await expect(section.provenance).toContainText('BTC per 1 h');
    await expect(panel.legends).toHaveCount(2);
    await expect(panel.legend('USD')).toContainText('Kaiko 1h');
    await expect(panel.legend('USD')).not.toContainText('Kiyotaka');
    await expect(panel.legend('BTC')).toContainText('Kiyotaka 1h');
    await expect(panel.legend('BTC')).not.toContainText('Kaiko');
    await expect(words).toHaveText(/in USD and in BTC\./);
  });
});

test('a plan without the heatmap is a sentence, and the volumes go on', async ({ launch, serve }) => {
  test.setTimeout(90_000);
  const servers = await serve({ also: ['kiyotaka'] });
  const kiyotaka = servers.of('kiyotaka');
  await kiyotaka.scenario('403', 'points/HYPERLIQUID_LIQUIDATION_AGG');
  kiyotaka.override('points/LIQUIDATION_AGG', volumes);
  const { terminal, maps, panel } = await useKiyotaka(await launch({ env: { TZ: 'UTC' } }), servers);
  const lacking =
    'Your Kiyotaka plan does not include the liquidation heatmap (Advanced or Enterprise): Data type not available on your tier.';
  await maps.show('Kiyotaka');
  await terminal.inspector.open('Volumes');
  await expect(panel.section('Kiyotaka').cells('All').nth(0)).toHaveAttribute('title', '$1,529');
  await maps.open();
  await expect(maps.layer('Kiyotaka').trouble).toContainText(lacking);
  await maps.close();
  const heatmaps = (): number =>
    kiyotaka.requests.filter(({ query }) => query['type'] === 'HYPERLIQUID_LIQUIDATION_AGG').length;
  expect(heatmaps()).toBe(1);
  await maps.show('Kiyotaka', false);
  await maps.show('Kiyotaka');
  await terminal.inspector.open('Levels');
  await expect(terminal.levels.panel).toContainText(lacking);
  expect(heatmaps()).toBe(1);
});
