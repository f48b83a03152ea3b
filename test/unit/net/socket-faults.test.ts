import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test, vi } from 'vitest';
import type { RealisedLiquidations } from '../../../src-main/contract/liquidation.ts';
import type { Timeframe } from '../../../src-main/contract/market.ts';
import { shareSockets, trackSockets } from '../../../src-main/net/shared-socket.ts';
import { createOpenSocket, type SocketOptions } from '../../../src-main/net/socket.ts';
import { binance } from '../../../src-main/providers/binance.ts';
import { streamName } from '../../../src-main/providers/binance/kline-push.ts';
import type { CandleUpdate } from '../../../src-main/providers/provider.ts';
import { fakeContext, fixture, settled, watched } from '../providers/context.ts';
import { firstSeed, runs } from '../seed.ts';
import { fastTime } from './fast-time.ts';
import { startFaultServer, type FaultServer } from './fault-server.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const usedMiB = (): number => {
  collect();
  return process.memoryUsage().heapUsed / (1024 * 1024);
};

const kline = JSON.parse(fixture('binance/stream-kline.json')) as { s: string; k: object };
const order = JSON.parse(fixture('binance/stream-force-order.json')) as { o: object };
const assets = ['BTC', 'ETH'] as const;
const lengths = ['1m', '5m', '15m', '1h'] as const satisfies readonly Timeframe[];

/** A fresh candle or liquidation of the stream of that name. */
function pushOf(name: string): string | null {
  const [symbol = '', kind = ''] = name.split('@');
  const s = symbol.toUpperCase();
  if (kind === 'forceOrder') return JSON.stringify({ ...order, o: { ...order.o, s } });
  return JSON.stringify({ ...kline, s, k: { ...kline.k, s, i: kind.replace('kline_', '') } });
}

/** Mulberry32: the same faults in every run. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const times = 20;
let server: FaultServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
});

const until = (check: () => void) => vi.waitFor(check, { timeout: 8_000, interval: 1 });

async function market() {
  const venue = await startFaultServer(pushOf);
  server = venue;
  const time = fastTime(times);
  const tracked = trackSockets(createOpenSocket(time.environment));
  const limited = (options: SocketOptions) =>
    tracked.open(
      Object.create(options, {
        silenceMs: { value: 600 },
        pongMs: { value: 500 },
        connectMs: { value: 800 },
        maxMessageBytes: { value: 64 * 1024 },
      }) as typeof options,
    );
  const fake = fakeContext('binance', () => fixture('binance/exchange-info.json'));
  const client = binance.connect({
    ...fake.context,
    streamUrl: venue.url,
    now: time.now,
    openSocket: shareSockets(Object.assign(limited, { environment: tracked.open.environment })),
  });
  const candles = watched<CandleUpdate>();
  const liquidations = watched<RealisedLiquidations>();
  const streams = {
    candles: client.openCandleStream!(candles.listener),
    liquidations: client.openLiquidationStream!(liquidations.listener),
  };
  await settled();
  return { venue, time, tracked, candles, liquidations, streams };
}

type Market = Awaited<ReturnType<typeof market>>;

/** Hurts the connection, or the way to it; resolves when it can be whole again. */
type Fault = (market: Market, random: () => number) => Promise<void> | void;

const each = ({ venue }: Market, hurt: (client: FaultServer['clients'] extends Set<infer One> ? One : never) => void) =>
  [...venue.clients].forEach(hurt);

const faults: Readonly<Record<string, Fault>> = {
  'a close with a code': (all, random) => {
    const codes = [1000, 1001, 1008, 1011, 1012, 1013, 4000, 4429];
    each(all, ({ socket }) => socket.close(codes[Math.floor(random() * codes.length)], 'fault'));
  },
  'a cut': (all) => each(all, ({ socket }) => socket.terminate()),
  'silence, half open': (all) => each(all, (client) => (client.mute = true)),
  'upgrades refused': (all, random) => {
    all.venue.welcomes.push(...Array<{ status: number }>(1 + Math.floor(random() * 3)).fill({ status: 503 }));
    each(all, ({ socket }) => socket.terminate());
  },
  'too many requests, and signs of a network that is back': async (all) => {
    const { venue, tracked } = all;
    const { upgrades } = venue;
    const refused = upgrades.length;
    venue.welcomes.push({ status: 429, headers: { 'retry-after': '1' } });
    each(all, ({ socket }) => socket.terminate());
    while (upgrades.length < refused + 2) {
      tracked.checkAll();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect((upgrades[refused + 1]! - upgrades[refused]!) * times).toBeGreaterThanOrEqual(950);
  },
  'a frame that is none': (all) => each(all, ({ tcp }) => void tcp.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))),
  'a frame too large': (all) => each(all, ({ socket }) => socket.send('x'.repeat(64 * 1024 + 1))),
  'garbage that cannot be read': (all) =>
    each(all, ({ socket }) => {
      for (let count = 0; count < 5; count += 1) socket.send('{"half');
    }),
  'an upgrade that is never answered': (all) => {
    all.venue.welcomes.push('hold');
    each(all, ({ socket }) => socket.terminate());
  },
  'a restart of the server': async ({ venue }, random) => {
    await venue.stop();
    await new Promise((resolve) => setTimeout(resolve, random() * 20));
    await venue.start();
  },
  'a wake, and nothing wrong': ({ tracked }) => tracked.checkAll(),
  'a wake while it is connecting': async (all) => {
    each(all, ({ socket }) => socket.terminate());
    for (let count = 0; count < 5; count += 1) {
      all.tracked.checkAll();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
};

test('after every forced disconnect: one connection, everything wanted subscribed once, live, and the gap told', async () => {
  const all = await market();
  const { venue, time, candles, liquidations, streams } = all;
  const random = randomFrom(firstSeed);
  const names = Object.keys(faults);
  const count = runs(100);
  let wanted = { candles: [] as { asset: string; timeframe: (typeof lengths)[number] }[], liquidations: ['BTC'] };

  const change = (): void => {
    const some = <T>(of: readonly T[]): T[] => of.filter(() => random() < 0.4);
    wanted = {
      candles: some(assets.flatMap((asset) => lengths.map((timeframe) => ({ asset, timeframe })))),
      liquidations: some(assets),
    };
    // One of the two is always there, so that there is a connection to hurt; both leave it now and then.
    if (wanted.candles.length + wanted.liquidations.length === 0) wanted.liquidations = ['BTC'];
    streams.candles.want(wanted.candles);
    streams.liquidations.want(wanted.liquidations.map((asset) => ({ asset })));
  };

  const isWell = (): void => {
    venue.pushAll();
    expect(venue.clients.size).toBe(1);
    const [client] = venue.clients;
    const expected = [
      ...wanted.candles.map(({ asset, timeframe }) => streamName(asset, timeframe)),
      ...wanted.liquidations.map((asset) => `${asset.toLowerCase()}usdt@forceOrder`),
    ];
    expect([...client!.names].sort()).toEqual(expected.sort());
    if (wanted.candles.length > 0) expect(candles.states.at(-1)).toEqual({ kind: 'live' });
    if (wanted.liquidations.length > 0) expect(liquidations.states.at(-1)).toEqual({ kind: 'live' });
    expect(client!.mute).toBe(false);
  };

  change();
  await until(isWell);
  let opens = 0;
  const heap: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = names[Math.floor(random() * names.length)]!;
    const late = random() < 0.5;
    if (!late) change();
    await faults[name]!(all, random);
    if (late) change();
    await until(isWell).catch((thrown: unknown) => {
      throw new Error(`fault ${index}, ${name}: ${String(thrown)}`);
    });
    for (const { states, updates, gaps } of [candles, liquidations]) {
      opens += states.filter(({ kind }) => kind === 'open').length;
      updates.length = 0;
      expect(gaps()).toBeGreaterThanOrEqual(0);
    }
    // The connection's own timer, one of each member.
    expect(time.pending()).toBeLessThanOrEqual(3);
    if (index % Math.ceil(count / 10) === 0) heap.push(usedMiB());
  }
  expect(opens).toBeGreaterThan(count / 2);
  for (const { states, gaps } of [candles, liquidations]) {
    expect(gaps()).toBe(states.filter(({ kind }) => kind === 'open').length - 1);
  }
  expect(venue.wrongs).toEqual([]);
  expect(heap.at(-1)! - heap[1]!).toBeLessThan(8);

  streams.candles.close();
  streams.liquidations.close();
  await until(() => expect([venue.clients.size, time.pending()]).toEqual([0, 0]));
}, 600_000);
