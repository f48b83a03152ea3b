import type { Page } from '@playwright/test';

import type { Scenario } from '../../src-main/demo/loopback/scenario.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { rejectedRows } from './profile-database.ts';
import { refusal, request, useServers, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const endpoint = '/liquidations/BTC?exchange=all&timeframe=1D';
const clusters = [
  { price: 64_000, long_liquidations: 1_000_000.25, short_liquidations: 0 },
  { price: 67_000, long_liquidations: 2_500_000, short_liquidations: 750_000 },
  { price: 70_000.5, long_liquidations: 0, short_liquidations: 3_000_000 },
];
const shownPrices = ['64,000', '67,000', '70,000.5'];

/** The provider breaks the next answers so; `path` null: there is no payload to keep, or it could be read. */
interface Fault {
  readonly name: string;
  readonly scenario: Scenario;
  /** What the user reads beside the last good levels. */
  readonly says: string;
  readonly path: string | null;
}

const garbage = (variant: Exclude<Extract<Scenario, { name: 'garbage' }>['variant'], 'huge'>): Scenario => ({
  name: 'garbage',
  variant,
});
const unreadable = (path: string, problem: string): string =>
  `Kingfisher sent an answer that could not be read: ${path} ${problem}.`;

const faults: readonly Fault[] = [
  {
    name: 'HTML instead of JSON',
    scenario: garbage('html'),
    path: '$',
    says: 'Kingfisher answered with a web page instead of data.',
  },
  { name: 'nothing at all', scenario: garbage('empty'), path: '$', says: 'Kingfisher answered with nothing.' },
  {
    name: 'JSON that ends half-way',
    scenario: garbage('truncated'),
    path: '$',
    says: 'Kingfisher answered with something that is not JSON.',
  },
  { name: 'NaN', scenario: garbage('nan'), path: '$', says: 'Kingfisher answered with something that is not JSON.' },
  {
    name: 'a missing field',
    scenario: garbage('missing-field'),
    path: '$.clusters[2].price',
    says: unreadable('$.clusters[2].price', 'is missing'),
  },
  {
    name: 'negative sizes',
    scenario: garbage('negative'),
    path: '$.clusters[2].long_liquidations',
    says: unreadable('$.clusters[2].long_liquidations', 'is negative'),
  },
  {
    name: 'null for the list',
    scenario: garbage('wrong-type'),
    path: '$.clusters',
    says: unreadable('$.clusters', 'is not a list'),
  },
  {
    name: 'a plan without the endpoint',
    scenario: { name: '403' },
    path: null,
    says: 'Your Kingfisher plan does not include this: Your plan does not include this endpoint.',
  },
  {
    name: 'a server in trouble',
    scenario: { name: '500' },
    path: null,
    says: 'Kingfisher has a problem on its side (status 500): Internal server error.',
  },
];

const refresh = { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' } as const;

/** An app on the servers that shows three clusters of BTC and nothing that moves them. */
async function openOnThreeClusters(page: Page, servers: Servers): Promise<TerminalWindow> {
  const { kingfisher } = servers;
  kingfisher.override('liquidations/BTC', {
    body: { asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: 67_100, clusters },
  });
  await kingfisher.scenario({ name: 'gap' }, 'stream');
  const terminal = new TerminalWindow(page);
  await useServers(page, servers);
  await terminal.levels.show('Clusters').click();
  await expect.poll(() => sortedPrices(terminal)).toEqual(shownPrices);
  await terminal.chart.expectCandles('BTC', '15m');
  return terminal;
}

const sortedPrices = async (terminal: TerminalWindow): Promise<string[]> => (await terminal.levels.prices()).sort();

/** The window answers: its clock goes on, and a click on another timeframe draws that chart. */
async function expectResponsive(terminal: TerminalWindow, timeframe: '1h' | '5m' | '15m'): Promise<void> {
  const clock = terminal.topBar.locator('time');
  const before = await clock.innerText();
  await terminal.chart.chooseTimeframe(timeframe);
  await terminal.chart.expectCandles('BTC', timeframe);
  await expect(clock).not.toHaveText(before);
}

test('each broken answer is said in one line, takes nothing away, and is kept in the rejected table', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve();
  const { kingfisher } = servers;
  const app = await launch();
  const { page } = app;
  const terminal = await openOnThreeClusters(page, servers);
  const trouble = terminal.trouble('Liquidation map');
  const retry = terminal.page.getByRole('button', { name: 'Retry liquidation map' });
  await expect(trouble).toHaveCount(0);

  for (const { name, scenario, says } of faults) {
    await test.step(name, async () => {
      await kingfisher.scenario(scenario, 'liquidations');
      await refusal(page, 'snapshot/refresh', refresh);
      await expect(trouble).toContainText(says);
      await expect(trouble.locator('p')).not.toContainText('undefined');
      expect(await sortedPrices(terminal)).toEqual(shownPrices);
      await kingfisher.scenario('calm', 'liquidations');
      // A fault that time heals may be over before the click; the click is then not needed.
      if (scenario.name === 'garbage' || scenario.name === '403') await retry.click();
      await expect(trouble).toHaveCount(0);
      expect(await sortedPrices(terminal)).toEqual(shownPrices);
    });
  }

  await test.step('numbers as strings are the same numbers', async () => {
    await kingfisher.scenario(garbage('numbers-as-strings'), 'liquidations');
    const map = await request(page, 'snapshot/refresh', refresh);
    expect(map?.kind === 'liquidation-map' && Object.values(map.longs)).toEqual([1_000_000.25, 2_500_000, 0]);
    await expect(trouble).toHaveCount(0);
    expect(await sortedPrices(terminal)).toEqual(shownPrices);
  });

  await test.step('unknown fields are kept with the snapshot and disturb nothing', async () => {
    await kingfisher.scenario(garbage('unknown-fields'), 'liquidations');
    await request(page, 'snapshot/refresh', refresh);
    const kept = await request(page, 'snapshot/latest', refresh);
    expect(JSON.parse(kept?.extra ?? '{}')).toMatchObject({ undocumented: { version: 2, list: [1, 'two', null] } });
    await expect(trouble).toHaveCount(0);
  });

  await test.step('429: says until when, asks nothing before, heals by itself', async () => {
    await kingfisher.scenario({ name: '429', retryAfterSeconds: 4 }, 'liquidations');
    const { retryAt } = await refusal(page, 'snapshot/refresh', refresh);
    const asked = kingfisher.requests.length;
    await expect(trouble).toContainText("Kingfisher's call limit is reached: Daily limit exceeded. Next try in");
    await expect(terminal.provider('Kingfisher')).toContainText('limited');
    await kingfisher.scenario('calm', 'liquidations');
    await expect.poll(() => kingfisher.requests.length).toBeGreaterThan(asked);
    expect(kingfisher.requests[asked]!.at).toBeGreaterThanOrEqual(retryAt!);
    await expect(trouble).toHaveCount(0);
    await expect(terminal.provider('Kingfisher')).not.toContainText('limited');
  });

  await test.step('a slow answer: the window works meanwhile, and then has it', async () => {
    await kingfisher.scenario({ name: 'slow', delayMs: 4_000 }, 'liquidations');
    let answered = false;
    const slow = request(page, 'snapshot/refresh', refresh).then(() => (answered = true));
    await expectResponsive(terminal, '1h');
    expect(answered).toBe(false);
    await slow;
    await kingfisher.scenario('calm', 'liquidations');
  });

  await test.step('ten million clusters: refused as too large, the window works while they stream in', async () => {
    await kingfisher.scenario({ name: 'garbage', variant: 'huge', rows: 10_000_000 }, 'liquidations');
    const refused = refusal(page, 'snapshot/refresh', refresh);
    await expectResponsive(terminal, '5m');
    expect((await refused).message).toBe(
      `127.0.0.1:${kingfisher.port} sent an answer larger than Halcyon accepts (32 MiB).`,
    );
    await expect(trouble).toContainText('sent an answer larger than Halcyon accepts (32 MiB).');
    expect(await sortedPrices(terminal)).toEqual(shownPrices);
    await kingfisher.scenario('calm', 'liquidations');
    await retry.click();
    await expect(trouble).toHaveCount(0);
  });

  await test.step('a redirect to another host: said, not followed, the key never arrives there', async () => {
    const other = await serve();
    kingfisher.override('liquidations/BTC', ({ path }) => ({
      status: 307,
      headers: { location: `http://127.0.0.1:${other.kingfisher.port}${path}` },
      body: '',
    }));
    await refusal(page, 'snapshot/refresh', refresh);
    await expect(trouble).toContainText(
      `127.0.0.1:${kingfisher.port} answered with a redirect to another host; not followed, the key was not sent there.`,
    );
    expect(other.kingfisher.requests).toEqual([]);
    expect(await sortedPrices(terminal)).toEqual(shownPrices);
  });

  await app.close();
  const expected = [...faults.map(({ path }) => path).filter((path) => path !== null), '$', '$'];
  const rows = rejectedRows(app.profile);
  expect(rows.map(({ path }) => path)).toEqual(expected);
  expect(rows.every(({ provider }) => provider === 'kingfisher')).toBe(true);
  expect(new Set(rows.map((row) => row.endpoint))).toEqual(new Set([endpoint]));
  expect(rows[0]!.text).toMatch(/^<!DOCTYPE html>/);
  expect(rows[2]!.text.length).toBeGreaterThan(100);
  expect(rows[2]!.text).toBe(
    JSON.stringify({ asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: 67_100, clusters }).slice(
      0,
      rows[2]!.text.length,
    ),
  );
});
