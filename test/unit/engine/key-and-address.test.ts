import { describe, expect, test } from 'vitest';

import { customAt, eliteKey, proKey } from '../../e2e/servers.ts';
import {
  failureOf,
  kingfisherKinds,
  levelsOf,
  mapOf,
  nothing,
  runningServers,
  startEngine,
  stillServers,
  until,
  untilMap,
} from './engine.ts';

const everything = {
  assets: ['BTC', 'ETH', 'SOL'],
  visible: [],
  focus: { asset: 'BTC', timeframe: '15m' },
  ...kingfisherKinds(['liquidation-map', 'gex']),
} as const;

describe('a wrong key', () => {
  test('is sent once over REST and once to the stream, is called refused, and then never again until it changes', async () => {
    const { kingfisher, settings } = await stillServers();
    const engine = startEngine({ settings }, { key: 'kf_wrong', wanted: everything });
    const sent = () => ({
      rest: kingfisher.requests.length,
      logins: kingfisher.messages.filter(({ text }) => text.includes('"auth"')).length,
    });

    await until(() => {
      for (const asset of everything.assets) expect(engine.trouble(asset, 'liquidation-map')?.kind).toBe('auth');
      expect(engine.status()).toMatchObject({ state: 'refused', stream: 'off' });
      expect(kingfisher.clients).toBe(0);
    });
    expect(engine.status().text).toBe(
      'Kingfisher refused the key: API key is invalid or expired. Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.',
    );
    expect(sent()).toEqual({ rest: 1, logins: 1 });

    // Everything that makes the feeds ask again in a session: other assets, other kinds, another timeframe.
    engine.hub.want({
      ...everything,
      focus: { asset: 'ETH', timeframe: '1h' },
      ...kingfisherKinds(['liquidation-map', 'gex', 'order-flow']),
    });
    await until(() => expect(engine.trouble('ETH', 'order-flow')?.kind).toBe('auth'));
    expect(sent()).toEqual({ rest: 1, logins: 1 });
    expect(
      engine.rows(
        "SELECT status, charged FROM requests JOIN sources ON sources.id = source_id WHERE provider = 'kingfisher'",
      ),
    ).toEqual([{ status: 401, charged: 1 }]);

    engine.useKey(eliteKey);
    await until(() => {
      for (const asset of everything.assets) expect(engine.trouble(asset, 'liquidation-map')).toBe(null);
      expect(engine.status().state).toBe('live');
    });
    expect(kingfisher.requests.slice(1).every(({ headers }) => headers['authorization'] === `Bearer ${eliteKey}`)).toBe(
      true,
    );
  });

  test('that is revoked while it is in use takes nothing away that was received', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    const good = await untilMap(engine);
    await servers.kingfisher.scenario('401');
    expect(
      (await failureOf(engine.hub.refresh({ provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' }))).kind,
    ).toBe('auth');
    expect(engine.status().state).toBe('refused');
    expect(levelsOf(mapOf(engine))).toEqual(levelsOf(good));
    expect(engine.hub.startState().snapshots).toHaveLength(1);
  });

  test('is in no file of the profile', async () => {
    const servers = await stillServers();
    servers.kingfisher.override('liquidations', ({ headers }) => ({ body: { echo: headers['authorization'] } }));
    const engine = startEngine(servers, { key: eliteKey });
    await until(() => expect(engine.store.rejected.count()).toBe(1));
    await engine.stop();
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(engine.file).includes(eliteKey)).toBe(false);
  });
});

describe('a plan', () => {
  test('without the endpoint is said in one sentence, the key stays in use', async () => {
    const servers = await stillServers();
    await servers.kingfisher.scenario('403', 'gex');
    const engine = startEngine(servers, { wanted: { ...everything, assets: ['BTC'], visible: [] } });
    await until(() => expect(engine.trouble('BTC', 'gex')?.kind).toBe('plan'));
    expect(engine.trouble('BTC', 'gex')?.message).toBe(
      'Your Kingfisher plan does not include this: Your plan does not include this endpoint.',
    );
    await untilMap(engine);
    expect(servers.kingfisher.requests.filter(({ path }) => path === '/v1/gex/BTC')).toHaveLength(1);
  });

  test('without the stream goes on over REST and says so', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers, { key: proKey });
    await untilMap(engine);
    await until(() =>
      expect(engine.status()).toMatchObject({
        state: 'polling',
        stream: 'not-included',
        text: 'Kingfisher answers over REST; the stream is not part of this plan.',
      }),
    );
    expect(engine.status().limits).toMatchObject({ limit: 100, remaining: 99 });
    expect(engine.status().failure).toBe(null);
  });

  test('with ten calls left keeps them for the user', async () => {
    const servers = await stillServers({ proCallsUsed: 89 });
    const engine = startEngine(servers, {
      key: proKey,
      wanted: { ...everything, ...kingfisherKinds(['liquidation-map']) },
    });
    // The eleventh last call is made, its answer says that ten are left, and the background stops there.
    await until(() => expect(engine.trouble('SOL', 'liquidation-map')?.kind).toBe('rate-limited'));
    expect(engine.trouble('SOL', 'liquidation-map')?.message).toBe(
      'Kingfisher: Only 10 calls are left until the limit resets; they are kept for your own requests.',
    );
    expect(servers.kingfisher.requests).toHaveLength(1);
    await engine.hub.refresh({ provider: 'kingfisher', asset: 'SOL', kind: 'liquidation-map' });
    expect(engine.status().limits?.remaining).toBe(9);
    expect(servers.kingfisher.requests).toHaveLength(2);
  });
});

describe('a wrong address', () => {
  test.each([
    ['ftp://127.0.0.1/v1', 'The base URL must start with https://.'],
    ['kingfisher', 'The base URL is not a web address: write it as https://host/path.'],
    ['', 'Enter a base URL, for instance https://host/path.'],
    [
      'http://api.example.org/v1',
      'The base URL must start with https://: without encryption the key could be read on the way.',
    ],
    [
      'https://user:pw@api.example.org/v1',
      'The base URL must not contain a user name or password: the key has its own field.',
    ],
  ])('%s is refused before anything is sent', async (url, message) => {
    const servers = await stillServers();
    const engine = startEngine(servers);
    await untilMap(engine);
    const before = engine.hub.startState().settings.providers.kingfisher;
    expect(() => engine.hub.configure('kingfisher', customAt(url))).toThrow(message);
    expect(
      await failureOf(engine.hub.test({ provider: 'kingfisher', settings: customAt(url), secret: { apiKey: 'x' } })),
    ).toMatchObject({
      kind: 'bad-request',
      message,
    });
    // The former address stays in use, and so does its data.
    expect(engine.hub.startState().settings.providers.kingfisher).toEqual(before);
    mapOf(engine);
  });

  test('where nobody listens is tried again with growing pauses, and heals when somebody does', async () => {
    const servers = await runningServers();
    await servers.kingfisher.scenario({ name: 'drop', how: 'refuse' });
    const engine = startEngine(servers);
    await until(() => expect(engine.trouble('BTC', 'liquidation-map')?.kind).toBe('offline'));
    const host = new URL(servers.kingfisher.restUrl).host;
    expect(engine.status()).toMatchObject({
      state: 'offline',
      text: `No connection to ${host}: it refused. Check that the address and the port are right.`,
    });
    expect(engine.status().until).toBeGreaterThan(engine.status().since);
    await servers.kingfisher.scenario('calm');
    await untilMap(engine);
    await until(() => expect(engine.status().state).toBe('live'));
    await until(() => expect(engine.trouble('BTC', 'liquidation-map')).toBe(null));
  });

  test('that redirects to another host gets a refusal to follow: the key never arrives there', async () => {
    const servers = await stillServers();
    const other = await stillServers();
    servers.kingfisher.override('liquidations', ({ path }) => ({
      status: 302,
      headers: { location: `http://127.0.0.1:${other.kingfisher.port}${path}` },
      body: '',
    }));
    const engine = startEngine(servers);
    await until(() => expect(engine.trouble('BTC', 'liquidation-map')?.kind).toBe('bad-response'));
    expect(engine.trouble('BTC', 'liquidation-map')?.message).toBe(
      `127.0.0.1:${servers.kingfisher.port} answered with a redirect to another host; not followed, the key was not sent there.`,
    );
    expect(other.kingfisher.requests).toEqual([]);
    expect(engine.store.rejected.list(1)[0]).toMatchObject({ path: '$', source: { provider: 'kingfisher' } });
  });

  test('of another program is answered by a web page, and that is what the test of the address says', async () => {
    const servers = await stillServers();
    const engine = startEngine(servers, { wanted: nothing });
    const wrong = `${servers.binance.restUrl}/v1`;
    const failure = await failureOf(
      engine.hub.test({ provider: 'kingfisher', settings: customAt(wrong), secret: { apiKey: eliteKey } }),
    );
    expect(failure).toMatchObject({ kind: 'unsupported' });
    expect(failure.message).toContain('Kingfisher has nothing at this address');
  });
});
