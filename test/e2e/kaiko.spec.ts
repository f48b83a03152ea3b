import type { ReceivedRequest } from '../../src-main/demo/loopback/server.ts';
import { demoProviders } from '../../src-main/demo/servers.ts';
import type { RunningApp } from './app.ts';
import { standStillAt } from './flat-market.ts';
import { kaikoHours } from './kaiko-hours.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { VolumesPanel, type VolumesSection } from './pages/volumes.ts';
import { readRows } from './profile-database.ts';
import { customAt, request, useAddresses, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Ten days of hours, ten on a page. */
const rangeEnd = Math.floor(Date.now() / dayMs) * dayMs - 20 * dayMs;
const rangeStart = rangeEnd - 10 * dayMs;
const pages = 24;
const input = (time: number): string => new Date(time).toISOString().slice(0, 16);

async function useKaiko({ page }: RunningApp, servers: Servers, options: Readonly<Record<string, string>> = {}) {
  const terminal = new TerminalWindow(page);
  await useAddresses(page, servers);
  const settings = { ...customAt(servers.of('kaiko').restUrl), options };
  await request(page, 'provider/configure', { provider: 'kaiko', settings });
  const secret = demoProviders.kaiko.secret ?? {};
  await request(page, 'credential/keep', { provider: 'kaiko', secret, sessionOnly: true });
  await request(page, 'market/choose', 'live');
  await terminal.chart.expectCandles('BTC', '15m');
  await terminal.inspector.open('Volumes');
  return { terminal, panel: new VolumesPanel(page), section: new VolumesPanel(page).section('Kaiko') };
}

test('volumes are exact in the table and in the pane, per exchange, and a row that does not add up says so', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: ['kaiko'] });
  const kaiko = servers.of('kaiko');
  await standStillAt(67_000, servers);
  kaiko.override('liquidations/BTC', (asked) => kaikoHours(asked));
  const { terminal, panel, section } = await useKaiko(await launch({ env: { TZ: 'UTC' } }), servers);

  await test.step('the newest interval: both sides in US dollars, in total and per exchange, the largest first', async () => {
    await expect(section.when).toHaveText(/^Newest: \d{4}-\d\d-\d\d \d\d:00 UTC, 1 h$/);
    await expect(section.table.getByRole('rowheader')).toHaveText(['All', 'Bybit', 'OKX']);
    await expect(section.cells('All')).toHaveText(['$11.1K', '2', '$463K', '38']);
    await expect(section.cells('All').nth(0)).toHaveAttribute('title', '$11,062.85615080547');
    await expect(section.cells('All').nth(2)).toHaveAttribute('title', '$463,457.50379719737');
    await expect(section.cells('Bybit')).toHaveText(['$0', '0', '$281K', '17']);
    await expect(section.cells('Bybit').nth(2)).toHaveAttribute('title', '$281,481.78156436956');
    await expect(section.cells('OKX').nth(0)).toHaveAttribute('title', '$11,062.85615080547');
    await expect(section.cells('OKX').nth(2)).toHaveAttribute('title', '$181,975.72223282777');
    await expect(section.cells('OKX').nth(3)).toHaveText('21');
    await expect(section.provenance).toContainText(`Kaiko · 127.0.0.1:${kaiko.port}`);
    await expect(section.provenance).toContainText('USD per 1 h');
  });

  await test.step('the row whose exchanges are less than its totals is kept and named', async () => {
    await expect(section.flaggedSummary).toHaveText(/1 of 3 intervals shown here\s+breaks an invariant/);
    await section.flaggedSummary.click();
    await expect(section.flagged).toHaveCount(1);
    await expect(section.flagged).toContainText('$5.00K long');
    await expect(section.flagged).toContainText('$1.00K short');
    await expect(section.flagged).toContainText('The exchanges do not add up to the provider’s totals.');
  });

  await test.step('the pane below the price says the same of the bar that is pointed at, and so does the table', async () => {
    await terminal.chart.chooseTimeframe('1h');
    await terminal.chart.expectCandles('BTC', '1h');
    await expect(panel.legend('USD')).toContainText('Kaiko 1h');
    await expect(terminal.page.getByTestId('chart-liquidated')).toHaveText(
      /Liquidated volumes below the price, in USD\./,
    );
    const newest = Date.parse(`${(await section.when.innerText()).slice(8, 24).replace(' ', 'T')}Z`);
    const told = (back: number): string => `${input(newest - back * hourMs).replace('T', ' ')} UTC`;
    const card = await panel.hover('USD', 'Kaiko', told(1));
    await expect(card.locator('dd')).toHaveText(['$250.25, 1 trade', '$60,000.5, 4 trades']);
    await expect(section.when).toHaveText(`Pointed at: ${told(1)}, 1 h`);
    await expect(section.table.getByRole('rowheader')).toHaveText(['All', 'Bybit', 'Binance']);
    await expect(section.cells('Binance').nth(0)).toHaveAttribute('title', '$10,250.5');
    const flagged = await panel.hover('USD', 'Kaiko', told(2));
    await expect(flagged).toContainText('sums do not agree');
    await expect(section.region).toContainText('The row is shown as it was sent.');
    await terminal.chart.leave();
  });
});

/** Start of the page that a request asks for, where it is one of the back-fill; else null. */
function pageStart({ query }: ReceivedRequest): number | null {
  const token = query['continuation_token'];
  if (token === undefined) {
    const start = Date.parse(query['start_time'] ?? '');
    return start < rangeEnd ? start : null;
  }
  const { start, skipped, intervalMs } = JSON.parse(Buffer.from(token, 'base64url').toString()) as {
    start: number;
    skipped: number;
    intervalMs: number;
  };
  return start < rangeEnd ? start + skipped * intervalMs : null;
}

const askedPages = (servers: Servers): number[] =>
  servers
    .of('kaiko')
    .requests.map(pageStart)
    .filter((start) => start !== null);

const requestsOf = async (section: VolumesSection): Promise<number> =>
  Number(/(\d+) requests?$/.exec(await section.jobs.locator('.line p').innerText())?.[1]);

test('a back-fill is priced before it starts, stops, outlives the program and goes on where it was', async ({
  launch,
  serve,
}) => {
  test.setTimeout(180_000);
  const servers = await serve({ also: ['kaiko'] });
  const kaiko = servers.of('kaiko');
  const first = await launch({ env: { TZ: 'UTC' } });
  const { section } = await useKaiko(first, servers, { pageSize: '10' });
  const kept: number[] = [];

  await test.step('its cost is said, and nothing is sent before it is started', async () => {
    await section.openBackfill();
    await section.chooseRange(input(rangeStart), input(rangeEnd));
    await expect(section.plan).toHaveText('240 intervals of 1 hour at 10 a page make 24 calls.');
    await expect(section.start).toHaveText('Fill in: 24 calls');
    expect(askedPages(servers)).toEqual([]);
  });

  await test.step('it tells how far it is, and Stop stops it', async () => {
    await kaiko.scenario({ name: 'slow', delayMs: 700 });
    await section.start.click();
    await expect(section.jobs).toHaveCount(1);
    await expect(section.jobs).toContainText(/Filling in at \d+ %: \d0 intervals/);
    await section.jobs.getByRole('button', { name: 'Stop' }).click();
    await expect(section.jobs).toContainText(/Stopped at \d+ %: \d+ intervals, \d+ requests?/);
    const done = await requestsOf(section);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(pages - 4);
    kept.push(...askedPages(servers).slice(0, done));
    await expect(section.jobs.getByRole('progressbar')).toHaveAttribute('value', String(done / pages));
  });

  await test.step('it goes on by Resume; the program ends in the middle of it', async () => {
    const before = askedPages(servers).length;
    const { length } = kept;
    await section.jobs.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => requestsOf(section)).toBeGreaterThan(length + 1);
    await first.close();
    const [row] = readRows<{ requests: number; state: string }>(
      first.profile,
      'SELECT requests, state FROM history_jobs',
    );
    kept.push(...askedPages(servers).slice(before, before + (row?.requests ?? 0) - length));
  });

  const second = await first.relaunch();
  const again = new VolumesPanel(second.page).section('Kaiko');
  await test.step('the next start has it as it was, and asks for nothing by itself', async () => {
    await kaiko.scenario('calm');
    const before = askedPages(servers).length;
    await request(second.page, 'credential/keep', {
      provider: 'kaiko',
      secret: demoProviders.kaiko.secret ?? {},
      sessionOnly: true,
    });
    await expect(again.jobs).toContainText(/^.*Stopped at \d+ %/s);
    expect(await requestsOf(again)).toBe(kept.length);
    expect(askedPages(servers).length).toBe(before);
  });

  await test.step('resumed, it comes to its end: every interval is there, and no page that was kept is asked again', async () => {
    const before = askedPages(servers).length;
    await again.jobs.getByRole('button', { name: 'Resume' }).click();
    // At our own pace of ten calls in five seconds.
    await expect(again.jobs).toContainText('Done: 240 intervals, 24 requests', { timeout: 60_000 });
    const all = [...kept, ...askedPages(servers).slice(before)];
    expect(all).toEqual(Array.from({ length: pages }, (_, page) => rangeStart + page * 10 * hourMs));
    const rows = readRows<{ time: number }>(
      second.profile,
      `SELECT time FROM liquidation_volumes JOIN volume_series ON volume_series.id = series_id
       WHERE exchange = '' AND variant = '1h/usd' AND time >= ${rangeStart} AND time < ${rangeEnd} ORDER BY time`,
    );
    expect(rows.map(({ time }) => time)).toEqual(Array.from({ length: 240 }, (_, hour) => rangeStart + hour * hourMs));
    await again.jobs.getByRole('button', { name: 'Forget' }).click();
    await expect(again.jobs).toHaveCount(0);
  });
});

test('a next page at another host is never asked for: the key stays where it was sent', async ({ launch, serve }) => {
  test.setTimeout(90_000);
  const servers = await serve({ also: ['kaiko', 'kiyotaka'] });
  const other = servers.of('kiyotaka');
  servers.of('kaiko').override('liquidations/BTC', (asked) => {
    const isPast = pageStart(asked) !== null;
    const { body } = isPast ? kaikoHours(asked, rangeStart + 2 * hourMs) : kaikoHours(asked);
    const next_url = `${other.restUrl}/v2/data/liquidation.v1/token/btc?continuation_token=x`;
    return { body: isPast ? { ...(body as object), next_url } : body };
  });
  const { section } = await useKaiko(await launch({ env: { TZ: 'UTC' } }), servers);
  await section.openBackfill();
  await section.chooseRange(input(rangeStart), input(rangeEnd));
  await section.start.click();
  // What came with the page is good, and stays.
  await expect(section.jobs).toContainText('Failed at 1 %: 3 intervals, 1 flagged, 1 request');
  await expect(section.jobs).toContainText('leads to another address than the one set up; the key was not sent there');
  expect(other.requests).toEqual([]);
});
