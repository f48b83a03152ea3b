import type { GexProfile } from '../../src-main/contract/gamma.ts';
import { unixMs } from '../../src-main/contract/market.ts';
import { providerIds, type ProviderId } from '../../src-main/contract/source.ts';
import { assetSpecs } from '../../src-main/demo/market/assets.ts';
import { createMarket } from '../../src-main/demo/market/market.ts';
import type { RunningApp } from './app.ts';
import { exact } from './exact.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { readRows } from './profile-database.ts';
import { customAt, request, useAddresses, type Servers } from './servers.ts';
import { expect, fixtureText, test } from './with-servers.ts';

const reason =
  'No public market can be reached, so this is the simulated market. Live data takes over as soon as one answers.';
const also = ['bybit', 'okx', 'hyperliquid', 'deribit'] as const;
const publicVenues = ['binance', ...also] as const;

/** Nobody listens at the discard port. */
const unreachable = Object.fromEntries(
  providerIds.map((id) => [id, customAt('http://127.0.0.1:9', 'ws://127.0.0.1:9')]),
) as Servers['settings'];

/** A profile that knows addresses, and has fetched nothing from them. */
async function firstRun(
  launch: (options?: { env: Record<string, string> }) => Promise<RunningApp>,
  settings: Servers['settings'],
): Promise<RunningApp> {
  const prepared = await launch({ env: { TZ: 'UTC' } });
  await useAddresses(prepared.page, { settings });
  return prepared.relaunch({ market: 'auto' });
}

/** Environments of everything that the profile holds rows of, each once. */
const environmentsOf = (profile: string): string[] =>
  readRows<{ environment: string }>(
    profile,
    `SELECT DISTINCT environment FROM sources WHERE id IN (
       SELECT source_id FROM instruments UNION SELECT source_id FROM series
       UNION SELECT source_id FROM volume_series UNION SELECT source_id FROM liquidation_feeds)`,
  ).map(({ environment }) => environment);

test('without any network the simulated market opens within seconds and says why; live data, chosen, shows nothing made up', async ({
  launch,
}) => {
  const running = await firstRun(launch, unreachable);
  const startedAt = Date.now();
  const { page, profile } = running;
  const terminal = new TerminalWindow(page);

  await test.step('candles and bands are there, SIMULATED with its reason', async () => {
    await terminal.expectDrawn();
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    await expect(terminal.mode('SIMULATED')).toHaveText('SIMULATED');
    await expect(terminal.modeButton).toHaveAttribute(
      'title',
      `The built-in simulated market. No number here is real. ${reason} Click to choose the market.`,
    );
    await terminal.openMarketMenu();
    await expect(terminal.marketMenu.getByRole('status')).toHaveText(`Simulated now: ${reason}`);
    await expect(terminal.marketMenu.getByRole('radio', { name: /^Automatic/ })).toBeChecked();
    await page.keyboard.press('Escape');
    for (const asset of ['BTC', 'ETH', 'SOL']) {
      await expect(terminal.watchlist.row(asset).getByText('Binance · SIMULATED')).toBeVisible();
    }
  });

  await test.step('nothing simulated is written under a live source', () => {
    expect(environmentsOf(profile)).toEqual(['simulated']);
  });

  await test.step('Live data: OFFLINE, and no number', async () => {
    await terminal.openMarketMenu();
    await terminal.marketMenu.getByRole('radio', { name: /^Live data/ }).check();
    await page.keyboard.press('Escape');
    await expect(terminal.mode('OFFLINE')).toBeVisible();
    await expect(terminal.marketMenu).toHaveCount(0);
    await expect(page.getByText('SIMULATED')).toHaveCount(0);
    await expect.poll(() => terminal.chart.state()).toBeNull();
    await expect(terminal.chart.region).toContainText('127.0.0.1:9');
    await expect(terminal.watchlist.region.locator('.price')).toHaveCount(0);
    await expect(terminal.levels.rows).toHaveCount(0);
    await expect(terminal.provider('Binance')).toContainText('offline');
  });

  await running.close();
  expect(environmentsOf(profile)).toEqual(['simulated']);
});

test('when the network comes, the simulated market gives way by itself', async ({ launch, serve }) => {
  test.setTimeout(120_000);
  const servers = await serve({ also });
  const all = publicVenues.map((id) => servers.of(id));
  await Promise.all(all.map((server) => server.scenario({ name: 'drop', how: 'refuse' })));
  const { page } = await firstRun(launch, servers.settings);
  const terminal = new TerminalWindow(page);
  await terminal.expectDrawn();
  await expect(terminal.mode('SIMULATED')).toBeVisible();
  await expect(terminal.modeButton).toHaveAttribute('title', new RegExp(reason));

  await Promise.all(all.map((server) => server.scenario('calm')));
  await expect(terminal.mode('LIVE')).toBeVisible({ timeout: 45_000 });
  await terminal.chart.expectCandles('BTC', '15m');
  await expect(terminal.chart.header.getByText(`Binance · 127.0.0.1:${servers.binance.port}`)).toBeVisible();
  await expect(page.getByText('SIMULATED')).toHaveCount(0);
});

test('with a network and no key: live candles, gamma exposure and liquidations, and later that cache, never a simulation', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also });
  const host = (id: ProviderId): string => `127.0.0.1:${servers.of(id as (typeof also)[number]).port}`;
  const first = await firstRun(launch, servers.settings);
  const { page, profile } = first;
  const terminal = new TerminalWindow(page);
  const { chart, inspector } = terminal;

  await test.step('LIVE with candles of Binance; no key is asked for, and none is used', async () => {
    await expect(terminal.mode('LIVE')).toHaveText('LIVE · CUSTOM');
    await chart.expectCandles('BTC', '15m');
    await expect(chart.header.getByText(`Binance · ${host('binance')}`)).toBeVisible();
    await expect(chart.candleLegend.getByText(`Binance · ${host('binance')}`)).toBeVisible();
    const before = (await chart.state())?.price;
    await expect.poll(async () => (await chart.state())?.price).not.toBe(before);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByText('SIMULATED')).toHaveCount(0);
    expect(servers.kingfisher.requests).toEqual([]);
    for (const asset of ['BTC', 'ETH', 'SOL'] as const) {
      await expect(terminal.watchlist.price(asset)).toHaveText(/^[\d,]+\.\d+$/);
    }
  });

  await test.step('gamma exposure computed of Deribit’s chain: total, flip and walls follow from the open options', async () => {
    await inspector.open('GEX');
    await expect(inspector.gex.getByText(`Deribit · ${host('deribit')}`)).toBeVisible();
    await expect(inspector.gex.getByText('computed', { exact: true })).toBeVisible();
    const gex = await request(page, 'snapshot/latest', { provider: 'deribit', asset: 'BTC', kind: 'gex' });
    if (gex?.kind !== 'gex') throw new Error('there is no profile');
    const expected = exposuresOf(gex);
    expect(gex.total).toBeCloseTo(expected.total, 0);
    expect(gex.callWall).toBe(expected.callWall);
    expect(gex.putWall).toBe(expected.putWall);
    await expect(inspector.gexLine('Call wall')).toContainText(`${exact(expected.callWall)}.0`);
    await expect(inspector.gexLine('Put wall')).toContainText(`${exact(expected.putWall)}.0`);
    await expect(
      inspector.gexLine('Flip level').getByTitle(`${exact(gex.flipLevel!)}, computed by Halcyon`),
    ).toBeVisible();
    await expect(
      inspector.gexLine('Total').getByTitle(`$${exact(gex.total!)} of delta per 1 % move, computed by Halcyon`),
    ).toBeVisible();
    await expect(chart.regime).toContainText(
      `(Deribit · ${host('deribit')}, computed from ${exact(gex.model!.options)} options: calls +, puts −)`,
    );
  });

  await test.step('liquidations as they happen, of three venues, each with side, price, coins and dollars', async () => {
    await inspector.open('Volumes');
    const now = Date.now();
    const { price } = (await request(page, 'app/start', null)).quotes.find(
      ({ instrument }) => instrument.asset === 'BTC',
    )!;
    const order = JSON.parse(await fixtureText('binance/stream-force-order.json')) as { o: object };
    servers.binance.push({ ...order, o: { ...order.o, ap: String(price), z: '256', T: now } });
    servers.of('bybit').push({
      topic: 'allLiquidation.BTCUSDT',
      type: 'snapshot',
      ts: now,
      data: [{ T: now, s: 'BTCUSDT', S: 'Sell', v: '128', p: String(price) }],
    });
    const { data, ...push } = JSON.parse(await fixtureText('okx/stream-liquidation-long.json')) as {
      data: { details: object[] }[];
    };
    const details = [{ ...data[0]!.details[0], bkPx: String(price), sz: '6400', ts: String(now) }];
    servers.of('okx').push({ ...push, data: [{ ...data[0], details }] });
    const rows = [
      { venue: 'Binance, sample', side: 'long', coins: 256, usd: 256 * price },
      { venue: 'Bybit', side: 'short', coins: 128, usd: 128 * price },
      { venue: 'OKX, sample', side: 'long', coins: 64, usd: 64 * price },
    ];
    for (const { venue, side, coins, usd } of rows) {
      const row = inspector.realised.row(`$${exact(usd)}`);
      await expect(row.getByRole('cell').nth(1)).toHaveAccessibleName(venue);
      await expect(row.getByRole('cell').nth(2)).toHaveText(side);
      await expect(row.getByRole('cell').nth(3)).toHaveAttribute('title', new RegExp(`^${exact(price)}, `));
      await expect(row.getByRole('cell').nth(4)).toHaveAttribute('title', `${coins} BTC`);
    }
    await expect
      .poll(() => chart.markedLiquidations(), { message: 'marks on the candles' })
      .toBeGreaterThanOrEqual(rows.length);
  });

  await test.step('what was fetched is kept under its own hosts', () => {
    expect(environmentsOf(profile)).toContain('custom');
  });

  const total = await request(page, 'snapshot/latest', { provider: 'deribit', asset: 'BTC', kind: 'gex' });
  await first.close();
  await Promise.all(publicVenues.map((id) => servers.of(id).scenario({ name: 'drop', how: 'refuse' })));
  const second = await first.relaunch();
  const again = new TerminalWindow(second.page);

  await test.step('the next start without a network: OFFLINE with that cache and its age, nothing simulated', async () => {
    await again.chart.expectCandles('BTC', '15m');
    await expect(again.mode('OFFLINE')).toBeVisible();
    await expect(again.chart.header.getByText(`Binance · ${host('binance')}`)).toBeVisible();
    await expect(again.chart.header.getByText('stale')).toBeVisible();
    await again.inspector.open('GEX');
    const { flipLevel } = total as GexProfile;
    await expect(
      again.inspector.gexLine('Flip level').getByTitle(`${exact(flipLevel!)}, computed by Halcyon`),
    ).toBeVisible();
    await again.inspector.open('Volumes');
    await expect(again.inspector.realised.rows.first()).toBeVisible();
    await expect(second.page.getByText('SIMULATED')).toHaveCount(0);
    expect((await request(second.page, 'app/start', null)).market).toEqual({ effective: 'live', reason: null });
  });
});

/** The same from the simulated exchange's options themselves, by the formulas that the README states. */
function exposuresOf({ takenAt }: GexProfile): { total: number; callWall: number; putWall: number } {
  const market = createMarket(3);
  const spec = assetSpecs.find(({ asset }) => asset === 'BTC')!;
  const at = unixMs(takenAt);
  const spot = market.prices.price(spec, at);
  const calls = new Map<number, number>();
  const puts = new Map<number, number>();
  for (const { expiry, strike, type, markIv, openInterest } of market.options.chain(spec, at)) {
    const forward = market.options.forward(spec, expiry, at);
    const deviation = markIv * Math.sqrt((expiry - at) / (365 * 86_400_000));
    const d1 = (Math.log(forward / strike) + deviation ** 2 / 2) / deviation;
    const gamma = Math.exp(-(d1 ** 2) / 2) / Math.sqrt(2 * Math.PI) / (forward * deviation);
    const side = type === 'call' ? calls : puts;
    side.set(strike, (side.get(strike) ?? 0) + gamma * openInterest * spot ** 2 * 0.01);
  }
  const sum = (side: ReadonlyMap<number, number>): number => [...side.values()].reduce((all, one) => all + one, 0);
  const wall = (side: ReadonlyMap<number, number>): number => [...side].sort(([, a], [, b]) => b - a)[0]![0];
  return { total: sum(calls) - sum(puts), callWall: wall(calls), putWall: wall(puts) };
}
