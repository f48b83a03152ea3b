import keytar from 'keytar';

import { expectKeyNowhere, heapOf, holds } from './key-search.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { eliteKey, proKey, refusal, request, type Servers } from './servers.ts';
import { expect, fixture, fixtureText, test } from './with-servers.ts';

const keychainEntry = (): Promise<string | null> => keytar.getPassword('Halcyon', 'kingfisher');

test.beforeEach(async () => void (await keytar.deletePassword('Halcyon', 'kingfisher')));
test.afterEach(async () => void (await keytar.deletePassword('Halcyon', 'kingfisher')));

/** Kingfisher says exactly what its document says; its stream says only what the test pushes. */
async function speakAsDocumented({ kingfisher }: Servers): Promise<void> {
  kingfisher.override('liquidations/BTC', await fixture('kingfisher/liquidations-btc.json'));
  kingfisher.override('gex/BTC', await fixture('kingfisher/gex-btc.json'));
  await kingfisher.scenario('gap', 'stream');
}

async function expectDocumentedLevels(terminal: TerminalWindow): Promise<void> {
  const { levels } = terminal;
  const long = levels.row('64,000').getByRole('gridcell');
  await expect(long.nth(0)).toHaveText('64,000');
  await expect(long.nth(1)).toHaveText('both');
  await expect(long.nth(2)).toHaveAttribute('title', '$4,800,000,000');
  await expect(long.nth(3)).toHaveAttribute('title', '$120,000,000');
  const short = levels.row('69,500').getByRole('gridcell');
  await expect(short.nth(2)).toHaveAttribute('title', '$95,000,000');
  await expect(short.nth(3)).toHaveAttribute('title', '$2,100,000,000');
}

test('a key entered in Settings runs the charts on that source, is kept in the keychain alone, and Remove deletes it', async ({
  launch,
  serve,
}) => {
  test.setTimeout(120_000);
  const servers = await serve({ proCallsUsed: 20 });
  const { kingfisher, binance } = servers;
  await speakAsDocumented(servers);
  const first = await launch({ env: { TZ: 'UTC' } });
  const terminal = new TerminalWindow(first.page);
  const { settings, levels, inspector, chart } = terminal;
  const card = settings.kingfisher;
  const host = `127.0.0.1:${kingfisher.port}`;

  await test.step('custom addresses are accepted, and nothing is asked there yet', async () => {
    await terminal.expectDrawn();
    await settings.open();
    await settings.binance.useCustomHost(binance.restUrl, binance.streamUrl);
    await expect(settings.binance.outcome).toHaveText('The address is kept; it is used with live data.');
    await card.useCustomHost(kingfisher.restUrl);
    await expect(card.outcome).toHaveText('The address is kept; it is used with live data.');
    expect([...kingfisher.requests, ...binance.requests]).toEqual([]);
  });

  await test.step('Test makes one real request and shows its outcome, the plan’s limit and the calls left', async () => {
    await card.key.fill(proKey);
    await card.test.click();
    await expect(card.outcome).toContainText(
      'Asked for the BTC liquidation map: 2 levels came back, at a price of 67,000.',
    );
    await expect(card.fact('Host')).toHaveText(host);
    await expect(card.fact('Plan’s limit')).toHaveText('100 calls');
    await expect(card.fact('Calls left')).toHaveText('79');
    const midnight = new Date(Date.UTC(1970, 0, Math.floor(Date.now() / 86_400_000) + 2)).toISOString().slice(0, 10);
    await expect(card.fact('Reset')).toHaveText(`${midnight} 00:00 UTC`);
    expect(kingfisher.requests.map(({ path, query }) => ({ path, ...query }))).toEqual([
      { path: '/v1/liquidations/BTC', exchange: 'all', timeframe: '1D' },
    ]);
    expect(await keychainEntry()).toBeNull();
    await expect(card.kept).toHaveText('No key');
  });

  await test.step('Save puts the key into the keychain and the charts onto the source', async () => {
    await card.save.click();
    await expect(card.outcome).toHaveText('Key kept in the system keychain. Switched to live data.');
    await expect(card.kept).toHaveText('Key kept in the system keychain');
    await expect(card.key).toHaveValue('');
    expect(JSON.parse((await keychainEntry()) ?? 'null')).toEqual({ apiKey: proKey });
    await settings.close();
    await expect(terminal.mode('LIVE')).toHaveText('LIVE · CUSTOM');
  });

  await test.step('levels, GEX and chart show exactly what the provider sent, and nothing simulated', async () => {
    await terminal.expectDrawn();
    await expectDocumentedLevels(terminal);
    await expect(levels.panel.locator('.provenance').getByText(`Kingfisher · ${host}`)).toHaveCount(2);
    await expect(chart.header.getByText(`Binance · 127.0.0.1:${binance.port}`)).toBeVisible();
    await expect(chart.regime).toContainText(
      `GEX positive · flip 68,200.0 · positive below flip (Kingfisher · ${host}, as given)`,
    );
    await inspector.open('GEX');
    await expect(inspector.gex.getByText('68,200.0')).toHaveAttribute('title', '68,200, as given by Kingfisher');
    await expect(inspector.gex.getByTitle('Kingfisher’s own word, never derived from the price')).toHaveText(
      /positive gamma/,
    );
    await expect(inspector.gex.getByTitle('$680,000,000 per 1 %', { exact: true })).toHaveText('+$680M');
    await expect(inspector.gex.getByTitle('-$350,000,000 per 1 %', { exact: true })).toHaveText('-$350M');
    await inspector.open('Levels');
    await expect(first.page.getByText('SIMULATED')).toHaveCount(0);
  });

  await test.step('a Pro key has no stream: that is said, and REST goes on', async () => {
    await expect(terminal.provider('Kingfisher')).toHaveAttribute(
      'title',
      'Kingfisher: Kingfisher answers over REST; the stream is not part of this plan.',
    );
    await expect(terminal.provider('Kingfisher')).toContainText('polling');
    expect(kingfisher.messages.map(({ text }) => text)).toContain(JSON.stringify({ action: 'auth', apiKey: proKey }));
    expect(kingfisher.clients).toBe(0);
    const before = kingfisher.requests.length;
    await request(first.page, 'snapshot/refresh', { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' });
    expect(kingfisher.requests.length).toBeGreaterThan(before);
  });

  await test.step('an Elite key replaces it, and what its stream pushes appears', async () => {
    await settings.open();
    await card.key.fill(eliteKey);
    await card.save.click();
    await expect(card.outcome).toHaveText('Key kept in the system keychain. Live data is chosen.');
    expect(JSON.parse((await keychainEntry()) ?? 'null')).toEqual({ apiKey: eliteKey });
    await settings.close();
    const push = await fixtureText('kingfisher/stream-liquidations.json');
    await expect.poll(() => kingfisher.push(push), { message: 'stream clients that are let in' }).toBe(1);
    await expect(terminal.provider('Kingfisher')).toContainText('live');
    const pushed = levels.row('67,000').filter({ hasText: 'both' }).getByRole('gridcell');
    await expect(pushed.nth(2)).toHaveAttribute('title', '$5,000,000,000');
    await expect(pushed.nth(3)).toHaveAttribute('title', '$200,000,000');
    await expectDocumentedLevels(terminal);
    await request(first.page, 'snapshot/refresh', { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' });
    // Elite has no limit, so there are no calls left to count.
    await expect(terminal.provider('Kingfisher')).not.toContainText('calls left');
  });

  await test.step('the key goes to Kingfisher as a bearer, and never to Binance', async () => {
    const bearers = new Set(kingfisher.requests.map(({ headers }) => headers['authorization']));
    expect([...bearers]).toEqual([`Bearer ${proKey}`, `Bearer ${eliteKey}`]);
    for (const sent of [...kingfisher.requests.map(({ path, query, body }) => ({ path, query, body }))]) {
      expect(holds(JSON.stringify(sent), eliteKey) || holds(JSON.stringify(sent), proKey)).toBe(false);
    }
    expect(binance.requests.length).toBeGreaterThan(0);
    expect(binance.requests.filter(({ headers }) => 'authorization' in headers)).toEqual([]);
    const toBinance = JSON.stringify([binance.requests, binance.messages]);
    expect(holds(toBinance, eliteKey) || holds(toBinance, proKey)).toBe(false);
  });

  await test.step('neither key is in any file, on any console, or in the page', async () => {
    await expectKeyNowhere(first, [proKey, eliteKey]);
  });

  const second = await first.relaunch();
  const again = new TerminalWindow(second.page);

  await test.step('the next start finds the key without asking, and it never enters the page’s memory', async () => {
    await expect(again.mode('LIVE')).toBeVisible();
    await expect.poll(() => kingfisher.clients).toBe(1);
    await expectDocumentedLevels(again);
    const before = kingfisher.requests.length;
    await request(second.page, 'snapshot/refresh', { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' });
    const asked = kingfisher.requests.slice(before).map(({ headers }) => headers['authorization']);
    expect(new Set(asked)).toEqual(new Set([`Bearer ${eliteKey}`]));
    expect(holds(await heapOf(second.page), eliteKey)).toBe(false);
    await expectKeyNowhere(second, [proKey, eliteKey]);
  });

  await test.step('Remove deletes it in the keychain and stops the calls', async () => {
    await again.settings.open();
    await again.settings.kingfisher.remove.click();
    expect(await keychainEntry()).not.toBeNull();
    await again.settings.kingfisher.confirmRemove.click();
    await expect(again.settings.kingfisher.outcome).toHaveText('Key removed.');
    await expect(again.settings.kingfisher.kept).toHaveText('No key');
    expect(await keychainEntry()).toBeNull();
    expect(await keytar.findCredentials('Halcyon')).toEqual([]);
    await expect(again.provider('Kingfisher')).toContainText('no key');
    await expect.poll(() => kingfisher.clients).toBe(0);

    const before = kingfisher.requests.length;
    const refused = await refusal(second.page, 'snapshot/refresh', {
      provider: 'kingfisher',
      asset: 'BTC',
      kind: 'liquidation-map',
    });
    expect(refused).toMatchObject({
      kind: 'auth',
      message: 'Kingfisher has no key yet. Add one in Settings → Providers.',
    });
    await request(second.page, 'provider/retry', { provider: 'kingfisher' });
    await refusal(second.page, 'snapshot/refresh', { provider: 'kingfisher', asset: 'ETH', kind: 'gex' });
    expect(kingfisher.requests.length).toBe(before);
    await expect(again.settings.kingfisher.test).toBeDisabled();
  });
});

test('without a keychain the key is kept for the session only when the user says so, and is gone afterwards', async ({
  launch,
  serve,
}) => {
  const servers = await serve();
  await speakAsDocumented(servers);
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/halcyon-has-no-bus' };
  const first = await launch({ env });
  const terminal = new TerminalWindow(first.page);
  const card = terminal.settings.kingfisher;
  const problem =
    'No keychain is running on this system (no Secret Service answers). Start one, for instance GNOME Keyring or KWallet.' +
    ' Halcyon never writes a key to a file. You can keep it in memory until you quit.';

  await test.step('the problem is said, and Save keeps nothing', async () => {
    await terminal.expectDrawn();
    await terminal.settings.open();
    await card.useCustomHost(servers.kingfisher.restUrl);
    await terminal.settings.binance.useCustomHost(servers.binance.restUrl, servers.binance.streamUrl);
    await card.show();
    await card.key.fill(eliteKey);
    await card.save.click();
    await expect(card.card.getByText(problem)).toBeVisible();
    await expect(card.kept).toHaveText('No key');
    await expect(terminal.mode('SIMULATED')).toBeVisible();
    expect(servers.kingfisher.requests).toEqual([]);
  });

  await test.step('Keep for this session only works', async () => {
    await card.keepForSession.click();
    await expect(card.outcome).toHaveText('Key kept for this session only. Switched to live data.');
    await expect(card.kept).toHaveText('Key kept for this session only');
    await terminal.settings.close();
    await expectDocumentedLevels(terminal);
    expect(await keychainEntry()).toBeNull();
    await expectKeyNowhere(first, [eliteKey]);
  });

  await test.step('the next start has no key, and still shows the last levels', async () => {
    const asked = servers.kingfisher.requests.length;
    const second = await first.relaunch();
    const again = new TerminalWindow(second.page);
    await expect(again.provider('Kingfisher')).toContainText('no key');
    await expectDocumentedLevels(again);
    expect(servers.kingfisher.requests.length).toBe(asked);
    await expectKeyNowhere(second, [eliteKey]);
  });
});
