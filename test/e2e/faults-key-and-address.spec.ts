import { TerminalWindow } from './pages/terminal.ts';
import { eliteKey, useKey, useServers } from './servers.ts';
import { expect, test } from './with-servers.ts';

test('a wrong key is called refused and sent once; a wrong address is explained before anything is sent', async ({
  launch,
  serve,
}) => {
  test.setTimeout(90_000);
  const servers = await serve();
  const { kingfisher } = servers;
  const app = await launch();
  const { page } = app;
  const terminal = new TerminalWindow(page);
  const logins = (): number => kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length;
  const trouble = terminal.trouble('Liquidation map');
  const { settings } = terminal;

  await test.step('the wrong key: one call, one login, and one sentence', async () => {
    await useServers(page, servers, 'kf_wrong');
    await expect(trouble).toContainText(
      'Kingfisher refused the key: API key is invalid or expired. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.',
    );
    await expect(terminal.provider('Kingfisher')).toContainText('key refused');
  });

  await test.step('going through assets, timeframes and tabs sends nothing more with it', async () => {
    await terminal.watchlist.choose('ETH');
    await expect(trouble).toContainText('Kingfisher refused the key');
    await terminal.chart.chooseTimeframe('1h');
    await terminal.chart.expectCandles('ETH', '1h');
    await terminal.inspector.open('Flow');
    await expect(terminal.inspector.flow.getByText('Kingfisher refused the key')).toHaveCount(1);
    await terminal.inspector.open('Levels');
    await terminal.watchlist.choose('BTC');
    expect({ calls: kingfisher.requests.length, logins: logins() }).toEqual({ calls: 1, logins: 1 });
  });

  await test.step('the right key heals it at once', async () => {
    await useKey(page, eliteKey);
    await expect(trouble).toHaveCount(0);
    await expect(terminal.provider('Kingfisher')).toContainText('live');
    await expect(terminal.levels.rows.first()).toBeVisible();
  });

  await test.step('a key that is revoked later takes nothing away', async () => {
    await terminal.levels.show('Clusters').click();
    const before = await terminal.levels.rows.count();
    await kingfisher.scenario('401');
    await expect(terminal.provider('Kingfisher')).toContainText('key refused');
    expect(before).toBeGreaterThan(0);
    expect(await terminal.levels.rows.count()).toBeGreaterThan(0);
    await expect(terminal.levels.panel.getByTitle(/Stale: the source refuses the key/)).toBeVisible();
    await kingfisher.scenario('calm');
  });

  await test.step('wrong addresses are explained in the card, and the former one stays in use', async () => {
    await settings.open('Providers');
    const asked = kingfisher.requests.length;
    const card = settings.kingfisher;
    for (const [address, says] of [
      ['kingfisher', 'The base URL is not a web address: write it as https://host/path.'],
      [
        'http://api.example.org/v1',
        'The base URL must start with https://: without encryption the key could be read on the way.',
      ],
      ['ftp://127.0.0.1/v1', 'The base URL must start with https://.'],
    ] as const) {
      await card.useCustomHost(address);
      await expect(card.card).toContainText(says);
    }
    expect(kingfisher.requests.length).toBe(asked);
  });

  await test.step('an address where nobody listens is named; back at the right one all is there at once', async () => {
    const other = await serve();
    await other.kingfisher.scenario({ name: 'drop', how: 'refuse' });
    const { card } = settings.kingfisher;
    await settings.kingfisher.useCustomHost(other.kingfisher.restUrl);
    await expect(card).toContainText(
      `No connection to 127.0.0.1:${other.kingfisher.port}: it refused. Check that the address and the port are right.`,
    );
    await settings.kingfisher.useCustomHost(kingfisher.restUrl);
    await expect(terminal.levels.rows.first()).toBeVisible();
    await expect(terminal.provider('Kingfisher')).toContainText('live');
  });

  await test.step('a right address that stops listening: tried again, and healed when it listens', async () => {
    const { card } = settings.kingfisher;
    await kingfisher.scenario({ name: 'drop', how: 'refuse' });
    await expect(card).toContainText(
      `No connection to 127.0.0.1:${kingfisher.port}: it refused. Check that the address and the port are right.`,
    );
    await settings.close();
    await expect(terminal.provider('Kingfisher')).toContainText('offline');
    expect(await terminal.levels.rows.count()).toBeGreaterThan(0);
    await kingfisher.scenario('calm');
    await expect(terminal.provider('Kingfisher')).toContainText('live', { timeout: 30_000 });
    await expect(trouble).toHaveCount(0);
  });
});
