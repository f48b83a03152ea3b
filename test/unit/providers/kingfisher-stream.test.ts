import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import type { SnapshotSubscription, SnapshotUpdate, StreamState } from '../../../src-main/providers/provider.ts';
import { kingfisher } from '../../../src-main/providers/kingfisher.ts';
import { arrival, fakeContext, fixture, noSignal, testKey } from './context.ts';

const btc: readonly SnapshotSubscription[] = [
  { kind: 'liquidation-map', asset: 'BTC' },
  { kind: 'gex', asset: 'BTC' },
  { kind: 'open-interest', asset: 'BTC' },
  { kind: 'funding-rates', asset: 'BTC' },
];
const subscribe = (channel: string, asset = 'BTC') => ({ action: 'subscribe', channel, asset, exchange: 'all' });

function streaming(wanted: readonly SnapshotSubscription[] = btc) {
  const fake = fakeContext('kingfisher', () => fixture('kingfisher/gex-btc.json'));
  const states: StreamState[] = [];
  const updates: SnapshotUpdate[] = [];
  let gaps = 0;
  const client = kingfisher.connect(fake.context);
  const stream = client.openSnapshotStream!({
    state: (state) => void states.push(state),
    update: (update) => void updates.push(update),
    gap: () => void (gaps += 1),
  });
  stream.want(wanted);
  const socket = fake.sockets[0]!;
  socket?.open();
  return { ...fake, client, stream, socket, states, updates, gaps: () => gaps };
}

describe('asking', () => {
  test('one socket: the key, then a subscription per channel and asset, without waiting', () => {
    const { socket, sockets } = streaming();
    expect(sockets).toHaveLength(1);
    expect(socket.options.url).toBe('wss://api.test/v1/stream');
    expect(socket.sent).toEqual([
      { action: 'auth', apiKey: testKey },
      subscribe('liquidations'),
      subscribe('gex'),
      subscribe('open_interest'),
      subscribe('funding_rates'),
    ]);
  });

  test('nothing is opened before something with a channel is wanted; gamma only where the provider has it', () => {
    const { stream, sockets } = streaming([
      { kind: 'market-depth', asset: 'BTC' },
      { kind: 'order-flow', asset: 'BTC' },
      { kind: 'gex', asset: 'SOL' },
    ]);
    expect(sockets).toHaveLength(0);
    stream.want([{ kind: 'liquidation-map', asset: 'SOL' }]);
    expect(sockets).toHaveLength(1);
  });

  test('a change sends only the difference', () => {
    const { stream, socket } = streaming(btc.slice(0, 2));
    socket.sent.length = 0;
    stream.want([btc[0]!, { kind: 'liquidation-map', asset: 'ETH' }]);
    expect(socket.sent).toEqual([{ ...subscribe('gex'), action: 'unsubscribe' }, subscribe('liquidations', 'ETH')]);
  });

  test('after a reconnect everything is sent again, and the gap is told', () => {
    const { socket, stream, gaps } = streaming(btc.slice(0, 1));
    expect(gaps()).toBe(0);
    socket.lose();
    stream.want(btc.slice(1, 2));
    socket.sent.length = 0;
    socket.open();
    expect(socket.sent).toEqual([{ action: 'auth', apiKey: testKey }, subscribe('gex')]);
    expect(gaps()).toBe(1);
  });

  test('close closes the socket, and nothing opens it again', () => {
    const { stream, socket, sockets } = streaming();
    stream.close();
    stream.want(btc);
    expect(socket.isOpen()).toBe(false);
    expect(sockets).toHaveLength(1);
  });

  test('without a key the stream is down for good, and no socket is opened', () => {
    const { context, sockets } = fakeContext('kingfisher');
    const states: StreamState[] = [];
    const stream = kingfisher.connect({ ...context, secret: null }).openSnapshotStream!({
      state: (state) => void states.push(state),
      update: () => {},
      gap: () => {},
    });
    stream.want(btc);
    expect(states).toMatchObject([{ kind: 'down', failure: { kind: 'auth' }, retryAt: null }]);
    expect(sockets).toEqual([]);
  });
});

describe('pushes', () => {
  test('the documented push: levels to merge, one time, no price of the moment', () => {
    const { socket, updates, source } = streaming();
    socket.receive(fixture('kingfisher/stream-liquidations.json'));
    const time = Date.UTC(2026, 1, 1, 12, 34, 56);
    expect(updates).toEqual([
      {
        mode: 'merge',
        snapshot: {
          kind: 'liquidation-map',
          source,
          asset: 'BTC',
          variant: 'all/1D',
          takenAt: time,
          takenAtBasis: 'provider',
          receivedAt: arrival,
          confirmedAt: arrival,
          transport: 'stream',
          extra: null,
          exchange: 'all',
          timeframe: '1D',
          unit: 'usd',
          referencePrice: null,
          prices: new Float64Array([67000]),
          longs: new Float64Array([5_000_000_000]),
          shorts: new Float64Array([200_000_000]),
          levelTimes: new Float64Array([time]),
        },
      },
    ]);
  });

  test('a GEX push is a whole profile', () => {
    const { socket, updates } = streaming();
    socket.receive({ channel: 'gex', asset: 'BTC', data: JSON.parse(fixture('kingfisher/gex-btc.json')) as unknown });
    expect(updates).toMatchObject([
      { mode: 'replace', snapshot: { kind: 'gex', transport: 'stream', currentPrice: 67000, positiveSide: 'below' } },
    ]);
  });

  test('a GEX push without a price has none, and names no side: a price of another moment is never used', async () => {
    const { socket, updates, rejected, client } = streaming();
    await client.snapshots!.gex!('BTC', noSignal);
    const data = { gex_profile: [{ strike: 66000, gamma_exposure: 1 }], flip_level: 66500, current_gex: 'negative' };
    const push = (more: object) => socket.receive({ channel: 'gex', asset: 'BTC', data: { ...data, ...more } });
    push({});
    push({ current_price: 66400 });
    push({ current_price: null });
    expect(updates).toMatchObject([
      { snapshot: { currentPrice: null, flipLevel: 66500, regime: 'negative', positiveSide: null } },
      { snapshot: { currentPrice: 66400, flipLevel: 66500, positiveSide: 'above' } },
      { snapshot: { currentPrice: null, positiveSide: null } },
    ]);
    expect(rejected).toEqual([]);
  });

  test('open interest is whole with total and breakdown, else rows to merge', () => {
    const { socket, updates } = streaming();
    const push = (data: unknown) => socket.receive({ channel: 'open_interest', asset: 'BTC', data });
    push(JSON.parse(fixture('kingfisher/open-interest-btc.json')));
    push({ exchange_breakdown: [{ exchange: 'okx', open_interest: 5 }] });
    push({ exchange: 'okx', open_interest: '6', change_24h: -1, timestamp: 1_769_900_000 });
    const okx = { exchange: 'okx', change24hUsd: null, changePercent24h: null };
    expect(updates).toMatchObject([
      { mode: 'replace', snapshot: { totalUsd: 28_000_000_000 } },
      { mode: 'merge', snapshot: { totalUsd: null, exchanges: [{ ...okx, openInterestUsd: 5 }] } },
      {
        mode: 'merge',
        snapshot: {
          totalUsd: null,
          exchanges: [{ ...okx, openInterestUsd: 6, change24hUsd: -1 }],
          takenAt: 1_769_900_000_000,
        },
      },
    ]);
  });

  test('funding is merged by exchange', () => {
    const { socket, updates } = streaming();
    socket.receive({
      channel: 'funding_rates',
      asset: 'BTC',
      data: { exchange: 'okx', rate: 0.0005, next_rate: 0.0004 },
    });
    expect(updates).toMatchObject([
      { mode: 'merge', snapshot: { exchanges: [{ exchange: 'okx', rate: 0.0005, predicted: 0.0004 }] } },
    ]);
  });

  test('unknown fields of data and envelope are kept, and the time of the envelope counts where data has none', () => {
    const { socket, updates } = streaming();
    socket.receive({
      channel: 'liquidations',
      asset: 'BTC',
      seq: 7,
      timestamp: '2026-02-01T00:00:00Z',
      data: { clusters: [], model: 'v2' },
    });
    expect(updates).toMatchObject([
      { snapshot: { takenAt: Date.UTC(2026, 1, 1), extra: '{"model":"v2","envelope":{"seq":7}}' } },
    ]);
  });

  test('acknowledgements, heartbeats, other channels, exchanges and assets are ignored without harm', () => {
    const { socket, updates, rejected } = streaming(btc.slice(0, 1));
    socket.receive({ event: 'authenticated', plan: 'elite' });
    socket.receive({ event: 'subscribed', channel: 'liquidations', asset: 'BTC' });
    socket.receive({ type: 'heartbeat', ts: 1 });
    socket.receive({ channel: 'weather', asset: 'BTC', data: {} });
    socket.receive({ channel: '__proto__', asset: 'BTC', data: {} });
    socket.receive({ channel: 'liquidations', asset: 'BTC', exchange: 'okx', data: { clusters: [] } });
    socket.receive({ channel: 'gex', asset: 'BTC', data: {} });
    expect([updates, rejected, socket.refusals]).toEqual([[], [], []]);
  });
});

describe('how it stands', () => {
  const map = fixture('kingfisher/stream-liquidations.json');
  const unreadable = { channel: 'liquidations', asset: 'BTC', data: { clusters: [{ long_liquidations: 1 }] } };

  test('it is live with the first data after each connect, told before it; nothing else makes it so', () => {
    const { socket, states, updates } = streaming();
    socket.receive({ event: 'authenticated', plan: 'elite' });
    socket.receive({ event: 'subscribed', channel: 'liquidations', asset: 'BTC' });
    socket.receive({ type: 'heartbeat', ts: 1 });
    socket.receive({ error: 'invalid_parameter', message: 'Invalid asset specified', code: 400 });
    socket.receive({ channel: 'liquidations', asset: 'XRP', data: { clusters: [] } });
    socket.receive(unreadable);
    socket.receive('garbage');
    expect(states).toEqual([{ kind: 'open' }]);
    expect(updates).toEqual([]);
    socket.receive(map);
    socket.receive(map);
    expect(states).toEqual([{ kind: 'open' }, { kind: 'live' }]);
    socket.lose();
    socket.open();
    socket.receive({ event: 'authenticated', plan: 'elite' });
    expect(states.slice(2)).toEqual([{ kind: 'open' }]);
    socket.receive(map);
    expect(states.slice(2)).toEqual([{ kind: 'open' }, { kind: 'live' }]);
  });

  test('five pushes in a row that cannot be read end the connection, and say what is wrong', () => {
    const { socket } = streaming();
    for (let index = 0; index < 4; index += 1) socket.receive(unreadable);
    socket.receive({ type: 'heartbeat' });
    expect(socket.refusals).toEqual([]);
    socket.receive(unreadable);
    expect(socket.refusals).toMatchObject([
      {
        kind: 'bad-response',
        path: '$.data.clusters[0].price',
        message:
          "Kingfisher's stream sends what cannot be read: $.data.clusters[0].price is missing; it is opened again.",
      },
    ]);
  });

  test('garbage is said in the same way', () => {
    const { socket } = streaming();
    for (let index = 0; index < 5; index += 1) socket.receive('<html>');
    expect(socket.refusals).toMatchObject([
      {
        message:
          "Kingfisher's stream sends what cannot be read: it answered with a web page instead of data; it is opened again.",
      },
    ]);
  });

  test('bad pushes among good ones, and those of the connection before, change nothing', () => {
    const { socket, updates } = streaming();
    for (let index = 0; index < 20; index += 1) socket.receive(index % 5 === 4 ? map : unreadable);
    expect(updates).toHaveLength(4);
    for (let index = 0; index < 4; index += 1) socket.receive(unreadable);
    socket.lose();
    socket.open();
    socket.receive(unreadable);
    expect(socket.refusals).toEqual([]);
  });
});

describe('a server that closes at once, without a word', () => {
  const closeAgain = (socket: ReturnType<typeof streaming>['socket'], reason = '') => {
    const meant = socket.end(1008, reason);
    socket.open();
    return meant;
  };

  test('three times in a row has refused: the key is not sent for ever', () => {
    const { socket } = streaming();
    expect([closeAgain(socket), closeAgain(socket)]).toEqual([null, null]);
    socket.receive({ event: 'authenticated' });
    expect(closeAgain(socket)).toMatchObject({
      kind: 'plan',
      retryAt: null,
      message:
        'Kingfisher closed the stream 3 times in a row right after the key was sent: the plan of this key may not include the stream.',
    });
  });

  test('gets the key three times and never again', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const logins: string[] = [];
    server.on('connection', (client) =>
      client.on('message', (data) => {
        if (String(data).includes('"auth"')) logins.push(String(data));
        client.close(1008);
      }),
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const { context } = fakeContext('kingfisher');
    const states: StreamState[] = [];
    const stream = kingfisher.connect({
      ...context,
      streamUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/stream`,
      openSocket: createOpenSocket({ backoff: { baseMs: 1, capMs: 1, floorMs: 1 } }),
    }).openSnapshotStream!({ state: (state) => void states.push(state), update: () => {}, gap: () => {} });
    onTestFinished(() => stream.close());
    stream.want(btc);
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ kind: 'down', retryAt: null }), { timeout: 5_000 });
    expect(states.filter(({ kind }) => kind === 'connecting')).toHaveLength(3);
    expect(logins).toHaveLength(3);
  });

  test('and names the key, refuses the key', () => {
    const { socket } = streaming();
    expect([closeAgain(socket, 'invalid key'), closeAgain(socket, 'invalid key')]).toEqual([null, null]);
    expect(closeAgain(socket, 'invalid key')).toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/^Kingfisher refused the key: invalid key\. Enter a valid key/),
    });
  });

  test('but brought data in between, or stayed open for a while, is only lost', () => {
    const { socket, setNow } = streaming();
    const meant = [closeAgain(socket), closeAgain(socket)];
    socket.receive(fixture('kingfisher/stream-liquidations.json'));
    meant.push(closeAgain(socket), closeAgain(socket), closeAgain(socket));
    setNow(arrival + 30_001);
    meant.push(closeAgain(socket));
    expect(meant).toEqual([null, null, null, null, null, null]);
    expect(closeAgain(socket)).toMatchObject({ kind: 'plan' });
  });

  test('with an ordinary code is only lost', () => {
    const { socket } = streaming();
    for (let round = 0; round < 5; round += 1) {
      expect(socket.end(1001)).toBeNull();
      socket.open();
    }
  });
});

describe('what goes wrong', () => {
  test.each([
    ['garbage', 'hello', '$', 'Kingfisher answered with something that is not JSON.'],
    ['a list', '[]', '$', 'Kingfisher sent something other than an object.'],
    [
      'no asset',
      '{"channel":"liquidations","data":{}}',
      '$.asset',
      'Kingfisher sent an answer that could not be read: $.asset is missing or not text.',
    ],
    [
      'a negative size',
      '{"channel":"liquidations","asset":"BTC","data":{"clusters":[{"price":1,"long_liquidations":-1,"short_liquidations":0}]}}',
      '$.data.clusters[0].long_liquidations',
      'Kingfisher sent an answer that could not be read: $.data.clusters[0].long_liquidations is negative.',
    ],
  ])('%s is recorded, and the stream goes on', (_, text, path, message) => {
    const { socket, rejected, updates } = streaming();
    socket.receive(text);
    expect(rejected).toMatchObject([{ endpoint: 'stream', path, message, text }]);
    socket.receive(fixture('kingfisher/stream-liquidations.json'));
    expect(updates).toHaveLength(1);
    expect(socket.refusals).toEqual([]);
  });

  test('a flood of garbage is recorded twenty times a minute, and counted', () => {
    const { socket, rejected, setNow } = streaming();
    for (let index = 0; index < 5_000; index += 1) socket.receive('garbage');
    expect(rejected).toHaveLength(20);
    setNow(arrival + 60_000);
    socket.receive('garbage');
    expect(rejected.at(-1)?.message).toBe(
      'Kingfisher answered with something that is not JSON. 4980 more like it were not kept.',
    );
  });

  test.each([
    ['the documented body', JSON.parse(fixture('kingfisher/error-401.json')), 'auth'],
    ['an error below error', { error: { code: 401, message: 'bad key' } }, 'auth'],
    ['a failed acknowledgement', { action: 'auth', status: 'failed', message: 'Invalid API key' }, 'auth'],
    [
      'a plan',
      { error: 'forbidden', message: 'WebSocket streaming is included in the Elite plan only', code: 403 },
      'plan',
    ],
    ['a plan without code', { type: 'error', message: 'Upgrade to Elite' }, 'plan'],
    ['a limit', JSON.parse(fixture('kingfisher/error-429.json')), 'rate-limited'],
    [
      'a limit that advertises a plan',
      { error: 'rate_limited', message: 'Too many messages. Consider Elite upgrade.', code: 429 },
      'rate-limited',
    ],
    [
      'a refused key in words of a plan',
      { error: 'unauthorized', message: 'Key revoked: your subscription expired', code: 401 },
      'auth',
    ],
    ['a status under its other name', { error: 'x', message: 'Upgrade to Elite', status: '401' }, 'auth'],
    ['a code and nothing else', { code: 403 }, 'plan'],
    ['their own problem with the plans', { error: 'x', message: 'The plan service is down', code: 503 }, 'server'],
    ['their own problem', { error: 'server_error', message: 'x', code: 500 }, 'server'],
  ])('%s ends the connection for its reason', (_, message, kind) => {
    const { socket, rejected } = streaming();
    socket.receive(message);
    expect(socket.refusals).toMatchObject([{ kind }]);
    expect(rejected).toEqual([]);
  });

  test('a limit names the moment', () => {
    const { socket } = streaming();
    socket.receive(fixture('kingfisher/error-429.json'));
    expect(socket.refusals).toMatchObject([{ retryAt: arrival + 3_600_000 }]);
  });

  test('a request that was not accepted is recorded, and the other channels go on', () => {
    const { socket, rejected } = streaming();
    socket.receive({ error: 'invalid_parameter', message: 'No such tier of leverage: upgrade the request', code: 400 });
    expect(rejected.splice(0)).toHaveLength(1);
    socket.receive({ error: 'invalid_parameter', message: 'Invalid asset specified', code: 400 });
    expect(socket.refusals).toEqual([]);
    expect(rejected).toMatchObject([
      { path: '$', message: 'Kingfisher did not accept a stream request: Invalid asset specified.' },
    ]);
  });

  test('a refused upgrade or an application close means what the status means', () => {
    const { socket } = streaming();
    const explain = socket.options.explainEnd!;
    expect(explain({ status: 401, headers: {}, code: null, reason: '' })).toMatchObject({ kind: 'auth' });
    expect(explain({ status: 403, headers: {}, code: null, reason: '' })).toMatchObject({ kind: 'plan' });
    expect(explain({ status: 429, headers: { 'retry-after': '60' }, code: null, reason: '' })).toMatchObject({
      retryAt: arrival + 60_000,
    });
    expect(explain({ status: null, headers: {}, code: 4403, reason: 'Elite' })).toMatchObject({ kind: 'plan' });
    expect(explain({ status: null, headers: {}, code: 1006, reason: '' })).toBeNull();
    expect(explain({ status: 502, headers: {}, code: null, reason: '' })).toBeNull();
  });

  test('a key that a message echoes is not recorded', () => {
    const { socket, rejected } = streaming();
    socket.receive(`oops ${testKey}`);
    expect(rejected[0]?.text).toBe('oops •••');
  });
});
