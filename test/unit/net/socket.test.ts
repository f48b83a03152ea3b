import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { createOpenSocket, type Socket, type SocketOptions, type SocketState } from '../../../src-main/net/socket.ts';

/** A clock that moves only when told; timers fire as it passes them. */
function fakeClock() {
  let now = 1_000_000;
  let lastId = 0;
  const timers = new Map<number, { at: number; callback: () => void }>();
  return {
    now: () => unixMs(now),
    setTimer: (callback: () => void, ms: number) => {
      timers.set(++lastId, { at: now + ms, callback });
      return lastId;
    },
    clearTimer: (timer: unknown) => void timers.delete(timer as number),
    pending: () => timers.size,
    /** The machine sleeps: time passes, timers do not. */
    sleep: (ms: number) => {
      now += ms;
      for (const timer of timers.values()) timer.at += ms;
    },
    advance: (ms: number) => {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].callback();
      }
      now = end;
    },
  };
}

let server: WebSocketServer;
let clients: WebSocket[];
let requests: IncomingMessage[];
let clock: ReturnType<typeof fakeClock>;
let sockets: Socket[];
let states: SocketState[];
let messages: string[];
let admit: (done: (ok: boolean, status?: number, text?: string, headers?: Record<string, string>) => void) => void;

beforeEach(async () => {
  clients = [];
  requests = [];
  sockets = [];
  states = [];
  messages = [];
  clock = fakeClock();
  admit = (done) => done(true);
  server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    autoPong: false,
    verifyClient: (_: unknown, done: Parameters<typeof admit>[0]) => admit(done),
  });
  server.on('connection', (client, request) => {
    clients.push(client);
    requests.push(request);
  });
  await new Promise((resolve) => server.once('listening', resolve));
});

afterEach(() => {
  for (const socket of sockets) socket.close();
  for (const client of server.clients) client.terminate();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;

function open(options: Partial<SocketOptions> = {}, random = () => 0.5): Socket {
  const socket = createOpenSocket({ ...clock, random })({
    url: options.url ?? `ws://127.0.0.1:${port()}/stream`,
    onOpen: () => {},
    onMessage: (text) => void messages.push(text),
    onState: (state) => void states.push(state),
    ...options,
  });
  sockets.push(socket);
  return socket;
}

const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 5_000, interval: 2 });
const kinds = () => states.map(({ kind }) => kind);
const down = () => states.findLast((state) => state.kind === 'down');

test('connects, sends what onOpen sends, hands messages on and is live, once, when it is told that data came', async () => {
  const heard: string[] = [];
  const socket = open({
    onOpen: (send) => send('auth'),
    headers: { 'x-test': 'yes' },
    onMessage: (text) => {
      messages.push(text);
      if (text !== 'ack') socket.markLive();
    },
  });
  socket.markLive();
  await until(() => clients.length === 1);
  expect(requests[0]!.headers['x-test']).toBe('yes');
  clients[0]!.on('message', (data) => heard.push(String(data)));
  await until(() => kinds().includes('open'));
  clients[0]!.send('ack');
  await until(() => messages.length === 1);
  expect(kinds()).toEqual(['connecting', 'open']);
  clients[0]!.send('one');
  clients[0]!.send(Buffer.from('two'));
  await until(() => messages.length === 3);
  expect(messages).toEqual(['ack', 'one', 'two']);
  expect(kinds()).toEqual(['connecting', 'open', 'live']);
  expect(states[1]).toEqual({ kind: 'open', again: false });
});

test('a lost connection is opened again after the jittered wait, and onOpen runs again', async () => {
  const onOpen = vi.fn();
  open({ onOpen });
  await until(() => onOpen.mock.calls.length === 1);
  clients[0]!.terminate();
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { kind: 'server' }, retryAt: 1_000_500 });
  clock.advance(499);
  expect(kinds().at(-1)).toBe('down');
  clock.advance(1);
  await until(() => onOpen.mock.calls.length === 2);
  expect(states.at(-1)).toEqual({ kind: 'open', again: true });
});

test('the waits grow while a server accepts and drops at once, and start over after a connection that brought data and lasted', async () => {
  const socket = open();
  const waits: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    await until(() => clients.length === round + 1 && kinds().at(-1) === 'open');
    clients[round]!.close(1001);
    await until(() => kinds().at(-1) === 'down');
    const wait = (down()?.kind === 'down' ? (down() as { retryAt: number }).retryAt : 0) - clock.now();
    waits.push(wait);
    clock.advance(wait);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000]);
  await until(() => clients.length === 5 && kinds().at(-1) === 'open');
  socket.markLive();
  expect(kinds().at(-1)).toBe('live');
  clock.advance(29_999);
  clients[4]!.send('still here');
  await until(() => messages.includes('still here'));
  clock.advance(2);
  clients[4]!.close(1001);
  await until(() => kinds().at(-1) === 'down');
  expect(down()).toMatchObject({ retryAt: clock.now() + 500 });
});

test('the waits grow, too, while connections last but bring nothing that can be read', async () => {
  const socket = open();
  const waits: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await until(() => clients.length === round + 1 && kinds().at(-1) === 'open');
    clock.advance(29_000);
    clients[round]!.send('garbage');
    await until(() => messages.length === round + 1);
    clock.advance(2_000);
    socket.refuse(failure('bad-response', 'Nothing of it can be read.'));
    const last = down();
    waits.push((last?.kind === 'down' ? (last.retryAt ?? 0) : 0) - clock.now());
    clock.advance(waits.at(-1)!);
  }
  expect(waits).toEqual([500, 1000, 2000]);
});

test('silence: a ping is sent, and without an answer the connection is given up', async () => {
  open({ silenceMs: 30_000, pongMs: 10_000 });
  await until(() => kinds().includes('open'));
  const pinged = new Promise((resolve) => clients[0]!.once('ping', resolve));
  clock.advance(30_000);
  await pinged;
  expect(kinds().at(-1)).toBe('open');
  clock.advance(10_000);
  expect(down()).toMatchObject({
    failure: { kind: 'timeout', message: `127.0.0.1:${port()} went silent; the stream is opened again.` },
  });
});

test('a pong is enough to stay connected', async () => {
  open({ silenceMs: 30_000, pongMs: 10_000 });
  await until(() => kinds().includes('open'));
  const pinged = new Promise((resolve) => clients[0]!.once('ping', resolve));
  clock.advance(30_000);
  await pinged;
  clients[0]!.pong();
  clients[0]!.send('after the pong');
  await until(() => messages.length === 1);
  clock.advance(29_000);
  expect(kinds().at(-1)).toBe('open');
});

test('a stream that answers pings but sends nothing is given up as stalled', async () => {
  open({ silenceMs: 30_000, pongMs: 10_000, stallMs: 90_000 });
  await until(() => kinds().includes('open'));
  let pongs = 0;
  clients[0]!.on('ping', () => {
    clients[0]!.pong();
    clients[0]!.ping();
    pongs += 1;
  });
  for (let round = 1; round <= 2; round += 1) {
    const answered = new Promise((resolve) => clients[0]!.once('pong', resolve));
    clock.advance(30_000);
    await until(() => pongs === round);
    await answered;
  }
  expect(kinds()).not.toContain('down');
  clock.advance(30_000);
  expect(down()).toMatchObject({
    failure: { message: `127.0.0.1:${port()} stopped sending; the stream is opened again.` },
  });
});

test('a connection that does not come about in time is given up', async () => {
  const deaf = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => deaf.once('listening', resolve));
  const accepted = new Promise<{ destroy(): void }>((resolve) => deaf.once('connection', resolve));
  open({ url: `ws://127.0.0.1:${(deaf.address() as AddressInfo).port}/`, connectMs: 15_000 });
  const connection = await accepted;
  clock.advance(15_000);
  expect(down()).toMatchObject({ failure: { kind: 'timeout' } });
  connection.destroy();
  deaf.close();
});

test('a message beyond the limit closes the stream and says so; it is opened again', async () => {
  open({ maxMessageBytes: 1024 * 1024 });
  await until(() => kinds().includes('open'));
  clients[0]!.send('x'.repeat(1024 * 1024 + 1));
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({
    failure: {
      kind: 'bad-response',
      message: `127.0.0.1:${port()} sent a message larger than Halcyon accepts (1 MiB); the stream was closed.`,
    },
    retryAt: 1_000_500,
  });
  expect(messages).toEqual([]);
});

test('a refusal for the key or the plan stops for good', async () => {
  const socket = open();
  await until(() => kinds().includes('open'));
  socket.refuse(failure('plan', 'Not in your plan.'));
  expect(down()).toEqual({ kind: 'down', failure: failure('plan', 'Not in your plan.'), retryAt: null });
  expect(clock.pending()).toBe(0);
  clock.advance(3_600_000);
  expect(kinds().filter((kind) => kind === 'connecting')).toHaveLength(1);
  expect(socket.send('x')).toBe(false);
});

test('a refusal that names a moment is not retried before it', async () => {
  const socket = open();
  await until(() => kinds().includes('open'));
  socket.refuse(failure('rate-limited', 'Slow down.', { retryAt: unixMs(1_060_000) }));
  expect(down()).toMatchObject({ retryAt: 1_060_500 });
});

test('a refused upgrade is explained by the provider, and a redirect is not followed', async () => {
  admit = (done) => done(false, 401);
  open({ explainEnd: ({ status }) => (status === 401 ? failure('auth', 'The key was refused.') : null) });
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { kind: 'auth' }, retryAt: null });

  states = [];
  admit = (done) => done(false, 302, '', { location: 'ws://elsewhere.invalid/' });
  open();
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({
    failure: {
      message: `127.0.0.1:${port()} answered the stream with a redirect to another address; it was not followed.`,
    },
  });
});

test('a close code is explained by the provider', async () => {
  open({ explainEnd: ({ code, reason }) => (code === 4403 ? failure('plan', reason) : null) });
  await until(() => kinds().includes('open'));
  clients[0]!.close(4403, 'Elite only');
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { kind: 'plan', message: 'Elite only' }, retryAt: null });
});

test('a key that a close reason echoes is in nothing that is told', async () => {
  open({ secrets: ['kf_live_0123456789'] });
  await until(() => kinds().includes('open'));
  clients[0]!.close(1008, 'bad key kf_live_0123456789');
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { detail: 'close code 1008 bad key •••' } });
});

test('a host that refuses, and an address that is none', async () => {
  const url = `ws://127.0.0.1:${port()}/`;
  await new Promise((resolve) => server.close(resolve));
  open({ url });
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { kind: 'offline' }, retryAt: 1_000_500 });
  states = [];
  open({ url: 'not a url' });
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { kind: 'bad-request' }, retryAt: null });
});

test('a flood is handed on in order, whole and at once; nothing is queued', async () => {
  let sum = 0;
  let count = 0;
  open({ onMessage: (text) => void ((sum += Number(text)), (count += 1)) });
  await until(() => kinds().includes('open'));
  for (let index = 1; index <= 20_000; index += 1) clients[0]!.send(String(index));
  await until(() => count === 20_000);
  expect(sum).toBe(200_010_000);
});

test('what the other side does not take is not kept: the connection is given up', async () => {
  const socket = open({ maxUnsentBytes: 200_000 });
  await until(() => kinds().includes('open'));
  clients[0]!.pause();
  const text = 'x'.repeat(100_000);
  let sent = 0;
  while (socket.send(text) && sent < 1000) sent += 1;
  expect(down()).toMatchObject({ failure: { kind: 'timeout' } });
  expect(sent).toBeLessThan(1000);
});

test('a handler that throws ends the connection with a stated failure, not the process', async () => {
  open({
    onMessage: () => {
      throw new TypeError('our mistake');
    },
  });
  await until(() => kinds().includes('open'));
  clients[0]!.send('x');
  await until(() => kinds().includes('down'));
  expect(down()).toMatchObject({ failure: { detail: 'TypeError: our mistake' }, retryAt: 1_000_500 });
});

test('429 with Retry-After is obeyed, to the moment it names', async () => {
  admit = (done) => done(false, 429, '', { 'retry-after': '30' });
  const socket = open();
  await until(() => kinds().includes('down'));
  expect(down()).toEqual({
    kind: 'down',
    failure: failure(
      'rate-limited',
      `127.0.0.1:${port()} did not open the stream: it was asked too often (status 429).`,
      { retryAt: unixMs(1_030_000) },
    ),
    retryAt: 1_030_500,
  });
  admit = (done) => done(true);
  clock.advance(10_000);
  socket.check();
  socket.check();
  clock.advance(20_499);
  expect(kinds()).toEqual(['connecting', 'down']);
  clock.advance(1);
  await until(() => kinds().at(-1) === 'open');
});

test('a 429 that names no moment is not hurried either', async () => {
  admit = (done) => done(false, 429);
  const socket = open();
  await until(() => kinds().includes('down'));
  socket.check();
  expect(kinds()).toEqual(['connecting', 'down']);
});

describe('a machine that woke up, or a network that changed', () => {
  test('opens a waiting connection at once, once; the waits go on growing where they were', async () => {
    const { port: deadPort } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const socket = open({ url: `ws://127.0.0.1:${deadPort}/` });
    const lost = async (times: number) => {
      await until(() => kinds().filter((kind) => kind === 'down').length === times);
      const last = down();
      return last?.kind === 'down' ? last.retryAt! - clock.now() : null;
    };
    expect(await lost(1)).toBe(500);
    clock.advance(100);
    socket.check();
    expect(kinds().at(-1)).toBe('connecting');
    expect(await lost(2)).toBe(1_000);
    clock.advance(999);
    expect(kinds()).toEqual(['connecting', 'down', 'connecting', 'down']);
    clock.advance(1);
    expect(await lost(3)).toBe(2_000);
  });

  test('a network that comes and goes is not asked more often than every 200 ms', async () => {
    const { port: deadPort } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const socket = open({ url: `ws://127.0.0.1:${deadPort}/` });
    await until(() => kinds().at(-1) === 'down');
    socket.check();
    await until(() => states.length === 4);
    for (let count = 0; count < 10; count += 1) socket.check();
    expect([states.length, clock.pending()]).toEqual([4, 1]);
    clock.advance(199);
    expect(states).toHaveLength(4);
    clock.advance(1);
    expect(kinds().at(-1)).toBe('connecting');
  });

  test('asks an open connection at once, and gives it up without a pong, though old messages come', async () => {
    const socket = open({ silenceMs: 30_000, pongMs: 10_000 });
    await until(() => kinds().includes('open'));
    let pings = 0;
    clients[0]!.on('ping', () => (pings += 1));
    socket.check();
    await until(() => pings === 1);
    clock.advance(5_000);
    socket.check();
    clients[0]!.send('sent before the sleep');
    await until(() => messages.length === 1);
    clock.advance(4_999);
    expect(kinds().at(-1)).toBe('open');
    clock.advance(1);
    expect(down()).toMatchObject({
      failure: { message: `127.0.0.1:${port()} went silent; the stream is opened again.` },
    });
    expect(pings).toBe(1);
  });

  test('a pong is enough to stay', async () => {
    const socket = open({ silenceMs: 30_000, pongMs: 10_000 });
    await until(() => kinds().includes('open'));
    clients[0]!.on('ping', () => {
      clients[0]!.pong();
      clients[0]!.send('after the pong');
    });
    socket.check();
    await until(() => messages.length === 1);
    clock.advance(29_999);
    expect([kinds(), clock.pending()]).toEqual([['connecting', 'open'], 1]);
  });

  test('timers that slept fire once: a retry that was due is one connection, however it is noticed', async () => {
    const socket = open();
    await until(() => clients.length === 1 && kinds().at(-1) === 'open');
    clients[0]!.terminate();
    await until(() => kinds().at(-1) === 'down');
    clock.sleep(3_600_000);
    socket.check();
    socket.check();
    clock.advance(0);
    await until(() => kinds().at(-1) === 'open');
    expect([clients.length, clock.pending()]).toEqual([2, 1]);
    expect(kinds().filter((kind) => kind === 'connecting')).toHaveLength(2);
  });

  test('a ping that was on its way when the machine slept is sent again, and its answer waited for', async () => {
    const socket = open({ silenceMs: 30_000, pongMs: 10_000 });
    await until(() => kinds().includes('open'));
    clock.advance(30_000);
    clock.sleep(3_600_000);
    socket.check();
    expect(kinds().at(-1)).toBe('open');
    clock.advance(9_999);
    expect(kinds().at(-1)).toBe('open');
    clock.advance(1);
    expect(kinds().at(-1)).toBe('down');
  });

  test('a connection that does not come about is followed by the next without the grown wait', async () => {
    const deaf = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => deaf.once('listening', resolve));
    const socket = open({ url: `ws://127.0.0.1:${(deaf.address() as AddressInfo).port}/`, connectMs: 15_000 });
    await until(() => kinds().length === 1);
    const waits: number[] = [];
    for (const checks of [0, 1, 0]) {
      for (let count = 0; count < checks; count += 1) socket.check();
      clock.advance(15_000);
      const last = down();
      waits.push(last?.kind === 'down' ? last.retryAt! - clock.now() : 0);
      clock.advance(waits.at(-1)!);
    }
    expect(waits).toEqual([500, 200, 2_000]);
    socket.close();
    deaf.close();
  });

  test('does nothing to one that is closed, or stopped for good', async () => {
    const socket = open();
    socket.check();
    await until(() => kinds().includes('open'));
    socket.refuse(failure('auth', 'No.'));
    socket.check();
    socket.close();
    socket.check();
    expect([clock.pending(), kinds()]).toEqual([0, ['connecting', 'open', 'down']]);
  });
});

test('a refusal while it waits changes nothing, unless it stops it or names a later moment', async () => {
  const socket = open();
  await until(() => kinds().includes('open'));
  clients[0]!.terminate();
  await until(() => kinds().includes('down'));
  socket.refuse(failure('bad-response', 'Cannot be read.'));
  expect(states.at(-1)).toMatchObject({ retryAt: 1_000_500 });
  expect(states).toHaveLength(3);
  socket.refuse(failure('rate-limited', 'Later.', { retryAt: unixMs(1_100_000) }));
  expect(states.at(-1)).toMatchObject({ retryAt: 1_101_000 });
  socket.refuse(failure('auth', 'No.'));
  expect(states.at(-1)).toMatchObject({ retryAt: null });
  expect(clock.pending()).toBe(0);
});

test('what is another’s does not count against its stall', async () => {
  open({
    stallMs: 90_000,
    onMessage: (text) => {
      messages.push(text);
      return text === 'mine';
    },
  });
  await until(() => kinds().includes('open'));
  clock.advance(20_000);
  for (const [index, text] of ['mine', 'other'].entries()) {
    clients[0]!.send(text);
    await until(() => messages.length === index + 1);
    clock.advance(20_000);
  }
  for (let ms = 60_000; ms < 109_000; ms += 20_000) {
    clients[0]!.send('other');
    await until(() => messages.length === ms / 20_000);
    clock.advance(Math.min(20_000, 109_999 - ms));
  }
  expect(kinds().at(-1)).toBe('open');
  clock.advance(1);
  expect(kinds().at(-1)).toBe('down');
});

test('after close nothing is called, no timer is left, and the server sees the end', async () => {
  const socket = open();
  await until(() => kinds().includes('open'));
  const ended = new Promise((resolve) => clients[0]!.once('close', resolve));
  const before = states.length;
  socket.close();
  await ended;
  expect(clock.pending()).toBe(0);
  clock.advance(3_600_000);
  expect(states).toHaveLength(before);
  expect(clients).toHaveLength(1);
});

test('closed before it connected: nothing ever happens', async () => {
  const socket = open();
  socket.close();
  await Promise.resolve();
  expect(states).toEqual([]);
  expect(clock.pending()).toBe(0);
});
