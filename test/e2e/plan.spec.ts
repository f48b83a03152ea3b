import type { Page } from '@playwright/test';

import type { ProviderPlan } from '../../src-main/contract/plan.ts';
import { affordedText } from '../../src-renderer/panels/plan/row-text.ts';
import { isSlowed } from '../../src-renderer/state/slowed.ts';
import { MapsMenu } from './pages/maps.ts';
import { BudgetMeter, PlanDialog } from './pages/plan.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { customAt, proKey, refusal, request, useAddresses, useKey, useServers, type Servers } from './servers.ts';
import { expect, test } from './with-servers.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The provider's day ends at midnight UTC: in its last hour no budget is short, and in its last minutes it is another day’s. */
const isEndOfDay = (): boolean => dayMs - (Date.now() % dayMs) < hourMs;
test.beforeEach(() => test.skip(isEndOfDay(), 'the provider’s day ends within the hour'));

/** Maps of three watched assets, and the gamma exposure of the two that have options. */
const firstCalls = 5;
const asked = ({ kingfisher }: Servers): number => kingfisher.requests.length;
const bitcoinMap = { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' } as const;

async function planOf(page: Page): Promise<ProviderPlan> {
  const plans = await request(page, 'plan/forecast', { wanted: null, plan: null });
  const plan = plans.find(({ provider }) => provider === 'kingfisher');
  if (!plan) throw new Error('nothing is asked of Kingfisher');
  return plan;
}

test('the meter counts as the server does, and the plan says what each change would cost before anything is sent', async ({
  launch,
  serve,
}) => {
  test.setTimeout(180_000);
  const usedBefore = 40;
  const servers = await serve({ proCallsUsed: usedBefore });
  const first = await launch({ env: { TZ: 'UTC' } });
  const { page } = first;
  const meter = new BudgetMeter(page, 'Kingfisher');
  const plan = new PlanDialog(page);
  const terminal = new TerminalWindow(page);
  await useServers(page, servers, proKey);

  await test.step('used of 100, and the reset in the user’s zone', async () => {
    await expect.poll(() => asked(servers)).toBe(firstCalls);
    await meter.expectUsed(usedBefore + firstCalls, 100);
    await expect(meter.meter).toHaveAttribute('aria-label', 'Budget of Kingfisher: calls a day');
    await expect(meter.meter).toHaveAttribute(
      'aria-valuetext',
      /^45 of 100 calls a day used, 55 left\. Resets at \d{4}-\d\d-\d\d 00:00 UTC, in .+, as the provider says\. The amount is what Kingfisher’s answers say\. The last 10 are kept for your own clicks\.$/,
    );
    await expect(meter.words.filter({ hasText: 'resets' })).toContainText('resets 00:00 UTC');
  });

  await test.step('the panel has the interval of each of three assets, and they fit what is left', async () => {
    await meter.open.click();
    for (const asset of ['BTC', 'ETH', 'SOL']) {
      await expect(plan.row(asset, 'Liquidation map')).toContainText('1 call');
      await expect(plan.row(asset, 'Liquidation map')).toContainText('every 1 min');
    }
    await expect(async () => {
      const { rows } = await planOf(page);
      const map = rows.find((row) => row.kind === 'liquidation-map' && row.asset === 'ETH');
      expect(map).toBeDefined();
      const slower = map && isSlowed(map) ? ', slower' : '';
      await expect(plan.afforded('ETH', 'Liquidation map')).toHaveText(`${affordedText(map!)}${slower}`, {
        timeout: 500,
      });
    }).toPass({ timeout: 30_000 });
    const { rows, forecast } = await planOf(page);
    const affordedCalls = rows.reduce(
      (sum, { intervalMs, weight }) =>
        sum + (intervalMs === null ? 0 : (weight * (forecast!.resetAt - Date.now())) / intervalMs),
      0,
    );
    expect(forecast).toMatchObject({ amount: 100, usedNow: usedBefore + firstCalls });
    expect(forecast!.usedAtReset).toBeLessThanOrEqual(90);
    // Each row may be due once more within an interval that the reset cuts off.
    expect(affordedCalls).toBeLessThanOrEqual(100 - 10 - usedBefore - firstCalls + rows.length);
  });

  await test.step('one more asset: before → after, and the server hears nothing of it', async () => {
    const before = asked(servers);
    await plan.asset.fill('doge');
    await plan.seeCost.click();
    await expect(plan.effect).toContainText(/DOGE liquidation map: new, /);
    await expect(plan.effect).toContainText(/Used by the reset: \d+ → \d+ of 100 calls a day\./);
    await expect(plan.effect).toContainText(/At the wanted intervals: [\d,]+ → [\d,]+\./);
    const [, was, is] = /At the wanted intervals: ([\d,]+) → ([\d,]+)\./.exec(await plan.effect.innerText()) ?? [];
    expect(Number(is?.replaceAll(',', ''))).toBeGreaterThan(Number(was?.replaceAll(',', '')));
    await expect(plan.effect).toContainText('nothing is sent to a provider, until you apply it');
    await plan.cancel.click();
    await expect(plan.effect).toHaveCount(0);
    await expect(terminal.watchlist.options).toHaveCount(3);
    expect(asked(servers)).toBe(before);
  });

  await test.step('an amount of one’s own makes the budget short: that is told before, and then in the bottom bar', async () => {
    await plan.setAmount('calls a day', 60);
    await expect(plan.effect).toContainText(/of 100 → \d+ of 60 calls a day\./);
    await expect(plan.effect).toContainText(/BTC liquidation map: every .+ → .+, slower/);
    await plan.apply.click();
    await meter.expectUsed(usedBefore + firstCalls, 60);
    await expect(plan.plan).toContainText('The limit of calls a day slows down what is asked.');
    const slow = terminal.statusBar.getByRole('button', { name: /^\d slower/ });
    await expect(slow).toHaveAttribute('title', /Kingfisher, BTC liquidation map: .+, wanted every 1 min/);
    await expect(slow).toHaveAttribute('title', /The budget is short\./);
    expect(asked(servers)).toBe(firstCalls);
  });

  await test.step('what is pinned is not slowed down while anything else can be', async () => {
    await plan.pin('ETH liquidation map').check();
    await expect(plan.effect).toContainText(/ETH liquidation map: .+, faster/);
    await plan.apply.click();
    await expect(plan.place('ETH', 'Liquidation map')).toHaveText('pinned');
    await expect
      .poll(async () => {
        const { rows } = await planOf(page);
        const of = (asset: string): number =>
          rows.find((row) => row.kind === 'liquidation-map' && row.asset === asset)?.intervalMs ?? Infinity;
        return of('ETH') < of('SOL');
      })
      .toBe(true);
    await plan.close();
  });

  await test.step('a restart keeps the count, the amount and the pin', async () => {
    const before = asked(servers);
    await first.kill();
    const second = await first.relaunch();
    await useKey(second.page, proKey);
    const again = new BudgetMeter(second.page, 'Kingfisher');
    await expect(again.meter).toHaveAttribute('aria-valuemax', '60');
    await expect
      .poll(async () => Number(await again.meter.getAttribute('aria-valuenow')) - asked(servers))
      .toBe(usedBefore);
    expect(asked(servers)).toBeGreaterThanOrEqual(before);
    await again.open.click();
    await expect(new PlanDialog(second.page).place('ETH', 'Liquidation map')).toHaveText('pinned');
  });
});

test('with few calls left the background stops at the reserve, the user’s own clicks go on to the last one, and not past it', async ({
  launch,
  serve,
}) => {
  test.setTimeout(180_000);
  const servers = await serve({ proCallsUsed: 86 });
  const { kingfisher } = servers;
  const first = await launch({ env: { TZ: 'UTC' } });
  const { page } = first;
  const terminal = new TerminalWindow(page);
  const meter = new BudgetMeter(page, 'Kingfisher');
  const maps = new MapsMenu(page);
  const noneLeft = 'No calls are left until the limit resets.';

  await test.step('the background stops where ten are left', async () => {
    await useAddresses(page, servers);
    // The server's count is told with its first answer; until then the key may be thought fresh.
    const settings = customAt(kingfisher.restUrl);
    await request(page, 'provider/test', { provider: 'kingfisher', settings, secret: { apiKey: proKey } });
    expect(asked(servers)).toBe(1);
    await useKey(page, proKey);
    await request(page, 'market/choose', 'live');
    await expect.poll(() => asked(servers)).toBe(4);
    await meter.expectUsed(90, 100);
    await expect(terminal.watchlist.row('SOL')).toContainText('not before the reset');
    const forecast = await planOf(page);
    expect(forecast.rows.map(({ intervalMs }) => intervalMs)).toEqual(forecast.rows.map(() => null));
    expect(asked(servers)).toBe(4);
  });

  await test.step('Refresh still works, one call each', async () => {
    await maps.open();
    const row = maps.layer('Kingfisher');
    await row.refresh.click();
    await expect.poll(() => asked(servers)).toBe(5);
    await meter.expectUsed(91, 100);
    for (let call = 6; call <= 14; call++) {
      await request(page, 'snapshot/refresh', bitcoinMap);
      expect(asked(servers)).toBe(call);
    }
    await meter.expectUsed(100, 100);
  });

  await test.step('with none left it is refused with a sentence, and no request reaches the server', async () => {
    const before = asked(servers);
    expect(await refusal(page, 'snapshot/refresh', bitcoinMap)).toMatchObject({
      kind: 'rate-limited',
      message: expect.stringContaining(noneLeft),
    });
    await maps.layer('Kingfisher').refresh.click();
    await expect(maps.layer('Kingfisher').trouble).toContainText(noneLeft);
    expect(asked(servers)).toBe(before);
    await terminal.page.keyboard.press('Escape');
  });

  await test.step('nor after a restart', async () => {
    const before = asked(servers);
    const second = await first.relaunch();
    await useKey(second.page, proKey);
    await new BudgetMeter(second.page, 'Kingfisher').expectUsed(100, 100);
    expect(await refusal(second.page, 'snapshot/refresh', bitcoinMap)).toMatchObject({
      message: expect.stringContaining(noneLeft),
    });
    expect(asked(servers)).toBe(before);
  });
});
