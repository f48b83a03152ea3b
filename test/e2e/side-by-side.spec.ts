import { demoProviders } from '../../src-main/demo/servers.ts';
import type { ProviderId } from '../../src-main/contract/source.ts';
import type { RunningApp } from './app.ts';
import { standStillAt } from './flat-market.ts';
import { MapsMenu, type MapName } from './pages/maps.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request, useServers, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const price = 67_000;
const names: readonly MapName[] = ['Kingfisher', 'Kingfisher legacy', 'Kiyotaka'];

/** Kingfisher and Kiyotaka agree on longs near 64,016, 0.05 % apart; nothing else is near to anything else. */
async function plant(servers: Servers): Promise<void> {
  await standStillAt(price, servers);
  await servers.kingfisher.scenario('gap', 'stream');
  const timestamp = new Date().toISOString();
  servers.kingfisher.override('liquidations/BTC', {
    body: {
      ...{ asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: price },
      clusters: [
        { price: 64_000, long_liquidations: 4_800_000_000, short_liquidations: 0, timestamp },
        { price: 69_500, long_liquidations: 0, short_liquidations: 2_100_000_000, timestamp },
      ],
    },
  });
  servers.kingfisher.override('gex/BTC', { status: 500, body: {} });
  servers.of('kingfisher-legacy').override('latest', {
    body: {
      result: {
        data: {
          'cluster 0': [
            [62_000, 65_500],
            [1, 0.8],
          ],
        },
      },
    },
  });
  servers.of('kiyotaka').override('points/HYPERLIQUID_LIQUIDATION_AGG', ({ query }) => ({
    body: {
      series: [
        {
          id: { type: query['type'], interval: query['interval'], coin: 'BTC' },
          points: [
            { Point: { timestamp: { s: Math.floor(Date.now() / 60_000) * 60 }, levels: [64_032, 2e6, 70_500, 1.5e6] } },
          ],
        },
      ],
    },
  }));
}

async function showAll({ page }: RunningApp, servers: Servers): Promise<{ terminal: TerminalWindow; maps: MapsMenu }> {
  for (const id of ['kingfisher-legacy', 'kiyotaka'] satisfies ProviderId[]) {
    const secret = demoProviders[id].secret ?? {};
    await request(page, 'credential/keep', { provider: id, secret, sessionOnly: true });
  }
  await useServers(page, servers);
  const terminal = new TerminalWindow(page);
  const maps = new MapsMenu(page);
  await terminal.chart.expectCandles('BTC', '15m');
  await maps.show('Kingfisher legacy');
  await maps.show('Kiyotaka');
  await terminal.chart.overlay('Fit levels').click();
  for (const name of names) {
    await terminal.chart.intensityOf(name).getByRole('slider', { name: 'Hide levels below' }).press('Home');
  }
  await expect.poll(async () => (await terminal.chart.state())?.bands).toBe(6);
  return { terminal, maps };
}

test('three maps lie on one chart, each with its own legend, unit and name, and each can be switched off', async ({
  launch,
  serve,
}) => {
  test.setTimeout(150_000);
  const servers = await serve({ also: ['kingfisher-legacy', 'kiyotaka'] });
  await plant(servers);
  const { terminal, maps } = await showAll(await launch({ env: { TZ: 'UTC' } }), servers);
  const { chart, levels } = terminal;
  const hosts = {
    Kingfisher: servers.kingfisher,
    'Kingfisher legacy': servers.of('kingfisher-legacy'),
    Kiyotaka: servers.of('kiyotaka'),
  };
  const label = (name: MapName): string => `${name} · 127.0.0.1:${hosts[name].port}`;

  await test.step('every legend names its source, its unit and whether the side is inferred', async () => {
    for (const [name, basis] of [
      ['Kingfisher', 'USD, estimated'],
      ['Kingfisher legacy', 'relative, estimated, side inferred'],
      ['Kiyotaka', 'USD, estimated, side inferred'],
    ] as const) {
      await expect(chart.intensityOf(name)).toContainText(basis);
      await expect(chart.intensityOf(name)).toContainText(label(name));
    }
    await expect(chart.intensity).not.toContainText('inferred');
    await expect(chart.figure).toHaveAccessibleName(
      /Maps: Kingfisher, Kingfisher legacy \(side inferred\), Kiyotaka \(side inferred\)/,
    );
  });

  await test.step('what is pointed at names its own source and unit', async () => {
    for (const [at, name, amount] of [
      ['69,500', 'Kingfisher', '$2,100,000,000'],
      ['65,500', 'Kingfisher legacy', '0.8 rel'],
      ['70,500', 'Kiyotaka', '$1,500,000'],
    ] as const) {
      const card = await chart.hoverLevel(at);
      await expect(card).toContainText(amount);
      await expect(card.locator('p').first()).toHaveText(`Estimated by ${label(name)}`);
    }
    await chart.leave();
  });

  await test.step('the table lists each level with its source, and one source alone', async () => {
    await levels.show('Clusters').click();
    expect(await levels.prices()).toEqual(['70,500', '69,500', '65,500', '64,032', '64,000', '62,000']);
    for (const [at, name] of [
      ['64,000', 'Kingfisher'],
      ['62,000', 'Kingfisher legacy'],
      ['64,032', 'Kiyotaka'],
    ] as const) {
      await expect(levels.row(at).getByRole('gridcell').nth(5)).toHaveAttribute('title', label(name));
    }
    await levels.panel.getByLabel('Levels from').selectOption({ label: 'Kingfisher legacy' });
    expect(await levels.prices()).toEqual(['65,500', '62,000']);
    await levels.panel.getByLabel('Levels from').selectOption({ label: 'All sources' });
  });

  await test.step('each is switched off and on by itself', async () => {
    for (const name of names) {
      await maps.show(name, false);
      await expect(chart.intensityOf(name)).toHaveCount(0);
      await expect.poll(async () => (await chart.state())?.bands).toBe(4);
      for (const other of names.filter((each) => each !== name)) await expect(chart.intensityOf(other)).toBeVisible();
      await expect(levels.rows).toHaveCount(4);
      await maps.show(name);
      await expect(chart.intensityOf(name)).toBeVisible();
      await expect.poll(async () => (await chart.state())?.bands).toBe(6);
    }
  });
});

test('two levels within the tolerance are listed as one agreement with both sources, and beyond it they are not', async ({
  launch,
  serve,
}) => {
  test.setTimeout(150_000);
  const servers = await serve({ also: ['kingfisher-legacy', 'kiyotaka'] });
  await plant(servers);
  const { terminal, maps } = await showAll(await launch({ env: { TZ: 'UTC' } }), servers);
  const { levels, chart } = terminal;
  const agree = levels.panel.getByRole('radio', { name: 'Agree' });
  const sources = [servers.kingfisher, servers.of('kiyotaka')].map(({ port }) => `127.0.0.1:${port}`);

  await test.step('within 0.1 %, as it is at first', async () => {
    await agree.click();
    await expect(levels.rows).toHaveCount(1);
    const cells = levels.row('64,016').getByRole('gridcell');
    await expect(cells.nth(1)).toHaveText('long*');
    await expect(cells.nth(2)).toHaveText('$4.80B · $2.00M');
    await expect(cells.nth(2)).toHaveAttribute('title', 'Kingfisher $4.80B · Kiyotaka $2.00M');
    await expect(cells.nth(4)).toHaveText('Kingfisher, Kiyotaka');
    await levels.row('64,016').click();
    await expect(levels.fact('Price (mean)')).toHaveText('64,016');
    await expect(levels.fact(`Kingfisher · ${sources[0]}`)).toHaveText('$4,800,000,000 at 64,000');
    await expect(levels.fact(`Kiyotaka · ${sources[1]}`)).toHaveText('$2,000,000 at 64,032');
    await expect(levels.fact('Apart')).toHaveText('0.0500 %');
    await expect(chart.figure).toHaveAccessibleName(
      /Confluence at 64,016\.0 long, Kingfisher \$4\.80B · Kiyotaka \$2\.00M$/,
    );
  });

  await test.step('the tolerance is the user’s: none within 0.04 %, and it must be a sensible number', async () => {
    await maps.setTolerance('0.04');
    await expect(levels.rows).toHaveCount(0);
    await expect(chart.figure).not.toHaveAccessibleName(/Confluence/);
    await maps.open();
    await maps.within.fill('6');
    await expect(maps.confluence.getByRole('alert')).toHaveText('This must be between 0.01 and 5.');
    await maps.within.fill('0.05');
    await maps.within.press('Tab');
    await maps.close();
    await expect(levels.rows).toHaveCount(1);
  });

  await test.step('with one of the two maps off, or the marks off, nothing agrees', async () => {
    await maps.show('Kiyotaka', false);
    await expect(chart.figure).not.toHaveAccessibleName(/Confluence/);
    await maps.show('Kiyotaka');
    await expect(chart.figure).toHaveAccessibleName(/Confluence at 64,016\.0 long/);
    await maps.open();
    await maps.agree.uncheck();
    await maps.close();
    await expect(agree).toHaveCount(0);
    await expect(chart.figure).not.toHaveAccessibleName(/Confluence/);
  });
});
