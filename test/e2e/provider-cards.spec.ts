import keytar from 'keytar';

import type { KeyedProvider } from './keyed-providers.ts';
import { keyedProviders } from './keyed-providers.ts';
import { expectKeyNowhere, holds } from './key-search.ts';
import { MapsMenu } from './pages/maps.ts';
import type { ProviderName } from './pages/settings.ts';
import { TerminalWindow } from './pages/terminal.ts';
import { request, refusal, useAddresses } from './servers.ts';
import { expect, test } from './with-servers.ts';

const forget = async (): Promise<void> => {
  for (const { id } of keyedProviders) await keytar.deletePassword('Halcyon', id);
};
test.beforeEach(forget);
test.afterEach(forget);

/** As the cards are headed, with the labels of their credentials. */
const cards: readonly (readonly [ProviderName, readonly string[]])[] = [
  ['Kingfisher', ['API key']],
  ['Kingfisher legacy', ['Login', 'Password']],
  ['Kaiko', ['API key']],
  ['Kiyotaka', ['API key']],
  ['Binance', []],
  ['Bybit', []],
  ['OKX', []],
  ['Hyperliquid', []],
  ['Deribit', []],
];

test('every provider has a card with what it serves, its credentials and a Test', async ({ launch }) => {
  const { page } = await launch();
  const { settings } = new TerminalWindow(page);
  await settings.open();
  await expect(settings.dialog.getByRole('navigation', { name: 'Providers' }).getByRole('button')).toHaveCount(9);
  for (const [name, fields] of cards) {
    const card = settings.card(name);
    await card.show();
    await expect(card.card).toBeVisible();
    await expect(card.card.getByLabel('What it serves')).not.toBeEmpty();
    for (const field of fields) await expect(card.card.getByLabel(field, { exact: true })).toBeVisible();
    await expect(card.card.getByText('Needs no key.', { exact: true })).toHaveCount(fields.length === 0 ? 1 : 0);
    await expect(card.test).toBeVisible();
  }
});

/** Types a credential into its fields on the card. */
async function type({ fields }: KeyedProvider, terminal: TerminalWindow, secret: Readonly<Record<string, string>>) {
  for (const { name, label } of fields) {
    await terminal.settings.dialog.getByLabel(new RegExp(`^${label}`)).fill(secret[name] ?? '');
  }
}

for (const keyed of keyedProviders) {
  const { id, name, noun } = keyed;
  test(`the credentials of ${name} are tested with one real request, kept in the keychain alone, and removed`, async ({
    launch,
    serve,
  }) => {
    test.setTimeout(120_000);
    const servers = await serve({ also: [id] });
    const server = servers.of(id);
    await keyed.speak(server);
    const running = await launch({ env: { TZ: 'UTC' } });
    const { page } = running;
    const terminal = new TerminalWindow(page);
    const card = terminal.settings.card(name);
    const entry = (): Promise<string | null> => keytar.getPassword('Halcyon', id);
    await useAddresses(page, servers);
    await terminal.settings.open();
    await card.show();
    await expect(card.kept).toHaveText(`No ${noun}`);
    await expect(card.test).toBeDisabled();
    await expect(card.save).toBeDisabled();

    await test.step('every field of it is needed', async () => {
      for (const { label, name: field } of keyed.fields.slice(0, -1)) {
        await card.card.getByLabel(new RegExp(`^${label}`)).fill(keyed.secret[field] ?? '');
        await expect(card.test).toBeDisabled();
        await expect(card.save).toBeDisabled();
      }
    });

    await test.step('wrong credentials are refused, and nothing is kept', async () => {
      await type(keyed, terminal, keyed.wrong);
      await card.test.click();
      await expect(card.outcome).toHaveText(keyed.refused);
      expect(server.requests.map(({ path }) => path)).toEqual(keyed.refusedPaths);
      expect(await entry()).toBeNull();
    });

    await test.step('Test tells what came back, and keeps nothing', async () => {
      const before = server.requests.length;
      await type(keyed, terminal, keyed.secret);
      await card.test.click();
      await expect(card.outcome).toContainText(keyed.tested());
      await expect(card.fact('Host')).toHaveText(`127.0.0.1:${server.port}`);
      expect(server.requests.slice(before).map(({ path }) => path)).toEqual(keyed.testedPaths);
      expect(await entry()).toBeNull();
      await expect(card.kept).toHaveText(`No ${noun}`);
    });

    await test.step('Save puts it into the keychain and leaves the simulated market', async () => {
      await card.save.click();
      const what = noun === 'login' ? 'Login' : 'Key';
      await expect(card.outcome).toHaveText(`${what} kept in the system keychain. Switched to live data.`);
      await expect(card.kept).toHaveText(`${what} kept in the system keychain`);
      for (const { label } of keyed.fields) {
        await expect(card.card.getByLabel(new RegExp(`^${label}`))).toHaveValue('');
      }
      expect(JSON.parse((await entry()) ?? 'null')).toEqual(keyed.secret);
      if (keyed.map !== null) {
        await terminal.settings.close();
        await new MapsMenu(page).show(keyed.map);
        await terminal.settings.open();
        await card.show();
      }
      await expect(card.status).toHaveText(`${name} answers over REST.`);
    });

    await test.step('it went to its own host alone, and is in no file, on no console and not in the page', async () => {
      const others = JSON.stringify([servers.kingfisher.requests, servers.binance.requests]);
      for (const hidden of keyed.hidden) expect(holds(others, hidden)).toBe(false);
      const asked = JSON.stringify(server.requests.map(({ path, query }) => [path, query]));
      for (const hidden of keyed.hidden) expect(holds(asked, hidden)).toBe(false);
      await expectKeyNowhere(running, keyed.hidden);
    });

    const again = await running.relaunch();
    const second = new TerminalWindow(again.page);
    const later = second.settings.card(name);
    await test.step('the next start finds it without asking, and Remove deletes it and stops the calls', async () => {
      await second.settings.open();
      await later.show();
      await expect(later.kept).toHaveText(/kept in the system keychain$/);
      await later.test.click();
      await expect(later.outcome).toContainText(keyed.tested());
      await expectKeyNowhere(again, keyed.hidden);
      await later.remove.click();
      expect(await entry()).not.toBeNull();
      await later.confirmRemove.click();
      await expect(later.outcome).toHaveText(noun === 'login' ? 'Login removed.' : 'Key removed.');
      await expect(later.kept).toHaveText(`No ${noun}`);
      expect(await entry()).toBeNull();
      const before = server.requests.length;
      const refused = await refusal(again.page, 'provider/test', {
        provider: id,
        settings: servers.settings[id],
        secret: null,
      });
      expect(refused).toMatchObject({ kind: 'auth', message: keyed.missing });
      expect(server.requests.length).toBe(before);
    });
  });

  test(`${name}: a refused credential is not used again until it changes, and a plan without the data is a sentence`, async ({
    launch,
    serve,
  }) => {
    test.setTimeout(120_000);
    const servers = await serve({ also: [id] });
    const server = servers.of(id);
    await keyed.speak(server);
    const { page } = await launch({ env: { TZ: 'UTC' } });
    const terminal = new TerminalWindow(page);
    const card = terminal.settings.card(name);
    await useAddresses(page, servers);
    await request(page, 'market/choose', 'live');
    await terminal.chart.expectCandles('BTC', '15m');
    if (keyed.map !== null) await new MapsMenu(page).show(keyed.map);
    const keep = (secret: Readonly<Record<string, string>>) =>
      request(page, 'credential/keep', { provider: id, secret, sessionOnly: true });
    /** Everything that would ask anew, were it allowed to. */
    const wander = async (): Promise<void> => {
      await terminal.watchlist.choose('BTC');
      await terminal.chart.chooseTimeframe('1h');
      await terminal.chart.expectCandles('BTC', '1h');
      await terminal.inspector.open('Volumes');
      await terminal.inspector.open('Levels');
      await terminal.chart.chooseTimeframe('15m');
      for (const asset of ['ETH', 'BTC', 'ETH', 'BTC']) {
        await terminal.watchlist.choose(asset);
        await terminal.chart.expectCandles(asset, '15m');
      }
    };

    await test.step('a refused one is asked with once', async () => {
      await keep(keyed.wrong);
      await expect.poll(() => server.requests.length).toBe(keyed.refusedPaths.length);
      await terminal.settings.open();
      await card.show();
      await expect(card.status).toHaveText(keyed.refused);
      await expect(card.card.getByText(`${keyed.noun} refused`)).toBeVisible();
      await terminal.settings.close();
      await wander();
      expect(server.requests.length).toBe(keyed.refusedPaths.length);
    });

    await test.step('another one is used; that its plan lacks the data is said, and it is not asked again', async () => {
      await server.scenario('403', keyed.dataEndpoint);
      const before = server.requests.length;
      await keep(keyed.secret);
      await expect.poll(() => server.requests.length).toBe(before + keyed.lackingPaths.length);
      await terminal.settings.open();
      await card.show();
      await expect(card.status).toHaveText(keyed.lacking);
      await expect(card.card.getByText('not in plan')).toBeVisible();
      await expect(card.retry).toHaveCount(0);
      await terminal.settings.close();
      await terminal.watchlist.choose('ETH');
      // Another asset is another question, which may have another answer.
      await expect.poll(() => server.requests.length).toBe(before + keyed.lackingPaths.length + 1);
      await wander();
      expect(server.requests.length).toBe(before + keyed.lackingPaths.length + 1);
    });
  });
}
