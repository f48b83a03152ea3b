import { beingReworked } from '../../src-main/demo/kingfisher-legacy/routes.ts';
import type { LoopbackKingfisherLegacy } from '../../src-main/demo/kingfisher-legacy/server.ts';
import { demoProviders } from '../../src-main/demo/servers.ts';
import { standStillAt } from './flat-market.ts';
import { MapsMenu } from './pages/maps.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request, useAddresses, type Servers } from './servers.ts';
import { expect, fixture, test } from './with-servers.ts';
import type { RunningApp } from './app.ts';

const id = 'kingfisher-legacy';
const price = 66_800;
/** Prices and densities of the fixture's clusters: zeros dropped, one price of two clusters added up. */
const levels = ['70,000', '69,500', '67,000', '64,000'];

const legacyOf = (servers: Servers): LoopbackKingfisherLegacy => servers.of(id) as LoopbackKingfisherLegacy;

const mapOf = (prices: readonly number[], densities: readonly number[]) => ({
  body: { result: { data: { 'cluster 0': [prices, densities] } } },
});

/** The map alone on the chart of a standing price. */
async function showMap({ page }: RunningApp, servers: Servers): Promise<{ terminal: TerminalWindow; maps: MapsMenu }> {
  const terminal = new TerminalWindow(page);
  const maps = new MapsMenu(page);
  await useAddresses(page, servers);
  await request(page, 'credential/keep', { provider: id, secret: demoProviders[id].secret ?? {}, sessionOnly: true });
  await request(page, 'market/choose', 'live');
  await terminal.chart.expectCandles('BTC', '15m');
  await maps.show('Kingfisher', false);
  await maps.show('Kingfisher legacy');
  await expect.poll(() => terminal.levels.prices()).toEqual(levels);
  return { terminal, maps };
}

test('the latest map: exact relative levels with inferred sides, as bands and as a profile with its curves', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: [id] });
  await standStillAt(price, servers);
  servers.of(id).override('latest', await fixture('kingfisher-legacy/latest-btc.inferred.json'));
  const running = await launch({ env: { TZ: 'UTC' } });
  const { terminal, maps } = await showMap(running, servers);
  const { chart, levels: table } = terminal;
  const source = `Kingfisher legacy · 127.0.0.1:${servers.of(id).port}`;

  await test.step('the Levels table says density, unit and that the side is inferred', async () => {
    const long = table.row('64,000').getByRole('gridcell');
    await expect(long.nth(1)).toHaveText('long*');
    await expect(long.nth(1)).toHaveAccessibleName('long* inferred');
    await expect(long.nth(2)).toHaveText('1.25 rel');
    await expect(long.nth(3)).toHaveAttribute(
      'title',
      'The source gives no sides; this level is read as the other one.',
    );
    await expect(long.nth(4)).toHaveText('-4.19 %');
    await expect(long.nth(5)).toHaveText('KF legacy');
    await expect(long.nth(5)).toHaveAttribute('title', source);
    const short = table.row('67,000').getByRole('gridcell');
    await expect(short.nth(1)).toHaveText('short*');
    await expect(short.nth(3)).toHaveAttribute('title', '0.125 rel');
    await table.row('70,000').click();
    await expect(table.fact('Short')).toHaveText('0.75 rel');
    await expect(table.fact('Source')).toHaveText(source);
    await expect(table.detail.locator('dt')).not.toContainText(['Long']);
    await expect(table.detail.locator('.label')).toHaveText(['estimated ', 'inferred side ', 'received ']);
  });

  await test.step('the chart draws it with a legend of its own, in relative strength', async () => {
    const legend = chart.intensityOf('Kingfisher legacy');
    await expect(legend).toContainText('relative, estimated, side inferred');
    await expect(legend).toContainText(source);
    await expect(chart.intensity).toHaveCount(0);
    await chart.overlay('Fit levels').click();
    await legend.getByRole('slider', { name: 'Hide levels below' }).press('Home');
    await expect.poll(async () => (await chart.state())?.bands).toBe(4);
    await expect(chart.figure).toHaveAccessibleName(/Maps: Kingfisher legacy \(side inferred\)/);
    const card = await chart.hoverLevel('64,000');
    await expect(card.locator('dt')).toHaveText(['Long, side inferred', 'From price']);
    await expect(card.locator('dd').first()).toHaveText('1.25 rel');
    await expect(card.locator('p').first()).toHaveText(`Estimated by ${source}`);
    await chart.leave();
  });

  await test.step('as bands, as a profile at the right edge, or as both: the edge is drawn differently', async () => {
    const edge = async (): Promise<string> => {
      const pane = await chart.pane();
      const clip = {
        x: pane.x + pane.width * 0.8,
        y: pane.y + 60,
        width: pane.width * 0.18,
        height: pane.height - 120,
      };
      return (await running.page.screenshot({ clip })).toString('base64');
    };
    await maps.open();
    const layer = maps.layer('Kingfisher legacy');
    await expect(layer.form('Both')).toBeChecked();
    await maps.close();
    const both = await edge();
    const drawn = new Set([both]);
    for (const form of ['Bands', 'Profile'] as const) {
      await maps.open();
      await layer.form(form).click();
      await expect(layer.form(form)).toBeChecked();
      await maps.close();
      await expect.poll(async () => drawn.has(await edge())).toBe(false);
      drawn.add(await edge());
    }
    // The levels are the same in every form.
    await expect.poll(async () => (await chart.state())?.bands).toBe(4);
  });

  await test.step('any leverage class may be typed, and what the provider says of it is told', async () => {
    const high = mapOf([65_000], [0.5]);
    const latest = await fixture('kingfisher-legacy/latest-btc.inferred.json');
    servers.of(id).override('latest', ({ body }) => {
      const { type } = JSON.parse(body) as { type: string };
      if (type === 'all_leverage') return latest;
      return type === 'moon_leverage' ? high : { status: 400, body: { message: 'Unknown type' } };
    });
    await maps.open();
    const layer = maps.layer('Kingfisher legacy');
    await layer.setOption('Leverage class', 'moon_leverage');
    await expect.poll(() => terminal.levels.prices()).toEqual(['65,000']);
    expect(JSON.parse(servers.of(id).requests.at(-1)?.body ?? '')).toEqual({
      exchange: 'binance',
      pair: 'BTC/USDT',
      type: 'moon_leverage',
    });
    await layer.setOption('Leverage class', 'no_such_class');
    await expect(layer.trouble).toContainText('Kingfisher legacy did not accept the request: Unknown type.');
    await layer.setOption('Leverage class', 'all_leverage');
    await expect.poll(() => terminal.levels.prices()).toEqual(levels);
    await maps.close();
  });
});

test('a map at a moment is shown as such; out of order on their side, it is said and the latest goes on', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: [id] });
  const legacy = legacyOf(servers);
  await standStillAt(price, servers);
  legacy.override('latest', await fixture('kingfisher-legacy/latest-btc.inferred.json'));
  legacy.override('timestamp', mapOf([65_000, 68_500.5], [2, 0.5]));
  const { terminal, maps } = await showMap(await launch({ env: { TZ: 'UTC' } }), servers);
  const layer = maps.layer('Kingfisher legacy');

  await test.step('the moment asked for is sent in seconds, and its map replaces the latest until Latest is pressed', async () => {
    await maps.open();
    await layer.moment.fill('2026-02-03T12:34');
    await layer.ask.click();
    await expect(layer.momentSays).toHaveText('Shown as of 2026-02-03 12:34 UTC until Latest is pressed.');
    const asked = legacy.requests.filter(({ path }) => path.endsWith('/timestamp'));
    expect(asked.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { exchange: 'binance', pair: 'BTC/USDT', type: 'all_leverage', ts: Date.UTC(2026, 1, 3, 12, 34) / 1000 },
    ]);
    await maps.close();
    await expect.poll(() => terminal.levels.prices()).toEqual(['68,500.5', '65,000']);
    await expect(terminal.levels.row('65,000').getByRole('gridcell').nth(2)).toHaveText('2 rel');
    await expect(terminal.chart.intensityOf('Kingfisher legacy')).toContainText('as of 2026-02-03 12:34 UTC');
    await maps.open();
    await layer.latest.click();
    await maps.close();
    await expect.poll(() => terminal.levels.prices()).toEqual(levels);
    await expect(terminal.chart.intensityOf('Kingfisher legacy')).not.toContainText('as of');
  });

  await test.step('the endpoint is being reworked: that is said, and the latest map goes on', async () => {
    legacy.override('timestamp', beingReworked);
    await maps.open();
    await layer.moment.fill('2026-02-04T08:00');
    await layer.ask.click();
    await expect(layer.momentSays).toHaveText(
      'The map of 2026-02-04 08:00 UTC did not come: Kingfisher’s map at a moment is being reworked on their side and did not answer as it should; the latest map goes on. The latest map is shown.',
    );
    await expect(layer.trouble).toHaveCount(0);
    await layer.refresh.click();
    await expect.poll(() => legacy.requests.at(-1)?.path).toBe('/api/private/map/latest');
    await maps.close();
    expect(await terminal.levels.prices()).toEqual(levels);
    await expect(terminal.provider('Kingfisher legacy')).toContainText('polling');
  });

  await test.step('a token that is no longer taken is replaced by one login, and nobody notices', async () => {
    legacy.expireTokens();
    legacy.override('latest', mapOf([64_500], [1.5]));
    const before = legacy.requests.length;
    await maps.open();
    await layer.refresh.click();
    await expect.poll(() => terminal.levels.prices()).toEqual(['64,500']);
    await expect(layer.trouble).toHaveCount(0);
    await maps.close();
    expect(legacy.requests.slice(before).map(({ path }) => path)).toEqual([
      '/api/private/map/latest',
      '/api/auth/login',
      '/api/private/map/latest',
    ]);
    await expect(terminal.provider('Kingfisher legacy')).toContainText('polling');
  });
});
