import { keyedProviders } from './keyed-providers.ts';
import { MapsMenu } from './pages/maps.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request, useAddresses } from './servers.ts';
import { expect, test } from './with-servers.ts';

test('options of a card reach the requests, and a nonsense value is said and not kept', async ({ launch, serve }) => {
  test.setTimeout(120_000);
  const servers = await serve({ also: ['kingfisher-legacy', 'kaiko', 'kiyotaka'] });
  const { page } = await launch({ env: { TZ: 'UTC' } });
  const { settings } = new TerminalWindow(page);
  await useAddresses(page, servers);
  for (const keyed of keyedProviders) {
    await keyed.speak(servers.of(keyed.id));
    await request(page, 'credential/keep', { provider: keyed.id, secret: keyed.secret, sessionOnly: true });
  }
  await request(page, 'market/choose', 'live');
  await settings.open();

  await test.step('Kaiko: interval and page', async () => {
    const kaiko = servers.of('kaiko');
    const card = settings.card('Kaiko');
    await card.show();
    await card.option('Interval').selectOption({ label: '4 hours' });
    await card.option('Intervals per page').fill('7');
    await card.option('Intervals per page').press('Tab');
    await expect
      .poll(() => kaiko.requests.map(({ query }) => [query['interval'], query['page_size']]))
      .toContainEqual(['4h', '7']);
    for (const [nonsense, sentence] of [
      ['0', 'This must be between 1 and 1000.'],
      ['1001', 'This must be between 1 and 1000.'],
      ['many', 'This must be a number.'],
    ] as const) {
      await card.option('Intervals per page').fill(nonsense);
      await card.option('Intervals per page').press('Tab');
      await expect(card.card.getByRole('alert')).toHaveText(sentence);
    }
    expect(kaiko.requests.filter(({ query }) => ['0', '1001', 'many'].includes(query['page_size'] ?? ''))).toEqual([]);
    await settings.close();
    await settings.open();
    await card.show();
    await expect(card.option('Intervals per page')).toHaveValue('7');
  });

  await test.step('Kiyotaka: unit, depth, intervals, exchanges', async () => {
    const kiyotaka = servers.of('kiyotaka');
    const card = settings.card('Kiyotaka');
    await card.show();
    await card.option('Amounts in').selectOption({ label: 'Coins' });
    await card.option('Volume interval').selectOption({ label: '4 hours' });
    await card.option('Heatmap column').selectOption({ label: '5 minutes' });
    for (const [label, value] of [
      ['Levels of a column', '250'],
      ['Exchanges of the volumes', 'BYBIT'],
    ] as const) {
      await card.option(label).fill(value);
      await card.option(label).press('Tab');
    }
    await expect
      .poll(() => kiyotaka.requests.at(-1)?.search)
      .toMatch(/^\?type=LIQUIDATION_AGG&exchange=BYBIT&rawSymbol=BTCUSDT&interval=FOUR_HOURS&from=\d{10}&period=\d+$/);
    await settings.close();
    await new MapsMenu(page).show('Kiyotaka');
    await expect
      .poll(() => kiyotaka.requests.at(-1)?.search)
      .toMatch(
        /^\?type=HYPERLIQUID_LIQUIDATION_AGG&coin=BTC&interval=FIVE_MINUTES&from=\d{10}&period=\d+&maxDepth=250$/,
      );
    await settings.open();
    await card.show();
    await card.option('Levels of a column').fill('45001');
    await card.option('Levels of a column').press('Tab');
    await expect(card.card.getByRole('alert')).toHaveText('This must be between 1 and 45000.');
    await card.option('Exchanges of the volumes').fill('');
    await card.option('Exchanges of the volumes').press('Tab');
    await expect(card.card.getByRole('alert').last()).toHaveText('This must not be empty.');
    expect(kiyotaka.requests.filter(({ search }) => search.includes('45001'))).toEqual([]);
  });

  await test.step('Kingfisher legacy: exchange, pair and class as free text', async () => {
    const legacy = servers.of('kingfisher-legacy');
    const card = settings.card('Kingfisher legacy');
    await card.show();
    for (const [label, value] of [
      ['Exchange', 'deribit'],
      ['Pair', '{asset}/USDC'],
      ['Leverage class', 'degen_leverage'],
    ] as const) {
      await card.option(label).fill(value);
      await card.option(label).press('Tab');
    }
    await settings.close();
    await new MapsMenu(page).show('Kingfisher legacy');
    await expect
      .poll(() => legacy.requests.at(-1)?.body)
      .toBe(JSON.stringify({ exchange: 'deribit', pair: 'BTC/USDC', type: 'degen_leverage' }));
    await settings.open();
    await card.show();
    await card.option('Pair').fill('x'.repeat(61));
    await card.option('Pair').press('Tab');
    await expect(card.card.getByRole('alert')).toHaveText('This must be at most 60 characters long.');
    await card.option('Pair').fill('');
    await card.option('Pair').press('Tab');
    await expect(card.card.getByRole('alert')).toHaveText('This must not be empty.');
    expect(legacy.requests.filter(({ body }) => body.includes('xxx'))).toEqual([]);
  });
});
