import { expect, test, vi } from 'vitest';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { shareSockets, trackSockets } from '../../../src-main/net/shared-socket.ts';
import { realEnvironment, type SocketEnvironment } from '../../../src-main/net/socket-environment.ts';
import type { Socket, SocketOptions, SocketState } from '../../../src-main/net/socket.ts';

/** A connection that does what the test says, and notes what it was told. */
function fakeSocket(options: SocketOptions) {
  const sent: string[] = [];
  const did: string[] = [];
  let isOpen = false;
  let opens = 0;
  const send = (text: string): boolean => {
    if (isOpen) sent.push(text);
    return isOpen;
  };
  const down = (reason = failure('server', 'gone'), retryAt: number | null = 5_000): void => {
    isOpen = false;
    options.onState({ kind: 'down', failure: reason, retryAt: retryAt === null ? null : unixMs(retryAt) });
  };
  const socket: Socket = {
    send,
    markLive: () => {
      if (isOpen && !did.includes(`live ${opens}`)) {
        did.push(`live ${opens}`);
        options.onState({ kind: 'live' });
      }
    },
    refuse: (reason) => {
      did.push(`refuse ${reason.kind}`);
      down(reason, reason.kind === 'auth' || reason.kind === 'plan' ? null : 5_000);
    },
    check: () => void did.push('check'),
    close: () => {
      isOpen = false;
      did.push('close');
    },
  };
  return {
    options,
    sent,
    did,
    socket,
    down,
    connecting: () => options.onState({ kind: 'connecting' }),
    open: () => {
      isOpen = true;
      opens += 1;
      options.onState({ kind: 'open', again: opens > 1 });
      options.onOpen(send);
    },
    receive: (text: string) => options.onMessage(text),
  };
}

function sharing() {
  let now = 1_000;
  const timers = new Map<object, { at: number; callback: () => void }>();
  const sockets: ReturnType<typeof fakeSocket>[] = [];
  const open = (options: SocketOptions) => {
    const one = fakeSocket(options);
    sockets.push(one);
    return one.socket;
  };
  const environment: SocketEnvironment = {
    ...realEnvironment,
    now: () => unixMs(now),
    random: () => 0.5,
    setTimer: (callback, ms) => {
      const timer = {};
      timers.set(timer, { at: now + ms, callback });
      return timer;
    },
    clearTimer: (timer) => void timers.delete(timer as object),
  };
  const share = shareSockets(Object.assign(open, { environment }));
  const pass = (ms: number): void => {
    const end = now + ms;
    for (;;) {
      const due = [...timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (due === undefined) break;
      timers.delete(due[0]);
      now = Math.max(now, due[1].at);
      due[1].callback();
    }
    now = end;
  };
  const join = (name: string, more: Partial<SocketOptions> = {}) => {
    const states: SocketState[] = [];
    const messages: string[] = [];
    const socket = share({
      url: 'wss://venue.test/ws',
      onOpen: (send) => void send(`subscribe ${name}`),
      onMessage: (text) => {
        messages.push(text);
        return text.startsWith(name);
      },
      onState: (state) => void states.push(state),
      ...more,
    });
    return { ...socket, states, messages, kinds: () => states.map(({ kind }) => kind) };
  };
  return { sockets, join, pass, timers, share };
}

const soon = () => Promise.resolve();
const kinds = ['connecting', 'open'];

async function two(moreOfA: Partial<SocketOptions> = {}, moreOfB: Partial<SocketOptions> = {}) {
  const all = sharing();
  const a = all.join('a', moreOfA);
  const b = all.join('b', moreOfB);
  await soon();
  const one = all.sockets[0]!;
  one.connecting();
  one.open();
  return { ...all, a, b, one };
}

test('openers of one address share one connection; each subscribes with each connect, and is told of it', async () => {
  const { sockets, a, b, one } = await two();
  expect(sockets).toHaveLength(1);
  expect(one.sent).toEqual(['subscribe a', 'subscribe b']);
  one.down();
  one.connecting();
  one.open();
  expect(one.sent.slice(2)).toEqual(['subscribe a', 'subscribe b']);
  for (const { states } of [a, b]) {
    expect(states).toEqual([
      { kind: 'connecting' },
      { kind: 'open', again: false },
      { kind: 'down', failure: failure('server', 'gone'), retryAt: 5_000 },
      { kind: 'connecting' },
      { kind: 'open', again: true },
    ]);
  }
});

test('another address, another protocol or other headers are another connection', () => {
  const { sockets, join } = sharing();
  join('a');
  join('b', { url: 'wss://venue.test/other' });
  join('c', { protocols: ['json'] });
  join('d', { headers: { 'x-key': '1' } });
  join('e', { headers: { 'x-key': '1' } });
  expect(sockets).toHaveLength(4);
});

test('nothing is called from inside the call, nor sent before the connection is open for that opener', async () => {
  const { one, join } = await two();
  const late = join('late');
  expect([late.states, late.send('x')]).toEqual([[], false]);
  one.receive('late 1');
  expect(late.messages).toEqual([]);
  await soon();
  expect(late.states).toEqual([{ kind: 'connecting' }, { kind: 'open', again: false }]);
  expect(one.sent).toEqual(['subscribe a', 'subscribe b', 'subscribe late']);
});

test('one that joins while the connection is lost is told so', async () => {
  const { one, join } = await two();
  one.down();
  const late = join('late');
  await soon();
  expect(late.states).toEqual([{ kind: 'down', failure: failure('server', 'gone'), retryAt: 5_000 }]);
  one.connecting();
  one.open();
  expect(late.states.at(-1)).toEqual({ kind: 'open', again: false });
});

test('live is by own data, once a connect; the first to say so proves the connection', async () => {
  const { a, b, one } = await two();
  a.markLive();
  a.markLive();
  expect([a.kinds(), b.kinds(), one.did]).toEqual([[...kinds, 'live'], kinds, ['live 1']]);
  b.markLive();
  expect([b.kinds(), one.did]).toEqual([[...kinds, 'live'], ['live 1']]);
  one.down();
  a.markLive();
  expect(a.kinds().at(-1)).toBe('down');
});

test('a message goes to all; one whose handler throws gives the connection up, and the others are not given it', async () => {
  const { a, b, one } = await two({
    onMessage: (text) => {
      if (text === 'bad') throw new TypeError('our mistake');
    },
  });
  one.receive('b 1');
  one.receive('bad');
  expect(b.messages).toEqual(['b 1']);
  expect(one.did).toEqual(['refuse server']);
  expect([a.kinds().at(-1), b.kinds().at(-1)]).toEqual(['down', 'down']);
});

test('a plan that lacks one channel ends that one alone, for good', async () => {
  const { a, b, one, sockets } = await two();
  a.refuse(failure('plan', 'Not in your plan.'));
  a.refuse(failure('plan', 'Not in your plan.'));
  expect(a.states.slice(2)).toEqual([{ kind: 'down', failure: failure('plan', 'Not in your plan.'), retryAt: null }]);
  expect([b.kinds(), one.did, a.send('x'), b.send('y')]).toEqual([kinds, [], false, true]);
  one.down();
  one.connecting();
  one.open();
  expect(one.sent.slice(-1)).toEqual(['subscribe b']);
  a.close();
  expect(one.did).toEqual([]);
  b.refuse(failure('plan', 'Neither.'));
  expect([one.did, b.states.at(-1)]).toMatchObject([['refuse plan', 'close'], { kind: 'down', retryAt: null }]);
  expect(sockets).toHaveLength(1);
});

test('a refused key ends all; who comes after that has a connection of its own', async () => {
  const { a, b, one, join, sockets } = await two();
  b.refuse(failure('auth', 'No.'));
  for (const { states } of [a, b]) expect(states.at(-1)).toMatchObject({ failure: { kind: 'auth' }, retryAt: null });
  expect(one.did).toEqual(['refuse auth', 'close']);
  join('c');
  a.close();
  expect(sockets).toHaveLength(2);
  expect(sockets[1]!.did).toEqual([]);
});

test('trouble gives the connection up for all; again on the fresh one, it pauses only who is in it, longer each time', async () => {
  const { a, b, one, pass, timers } = await two();
  const unreadable = failure('bad-response', 'Cannot be read.');
  b.markLive();
  a.refuse(unreadable);
  expect(one.did).toEqual(['live 1', 'refuse bad-response']);
  one.connecting();
  one.open();
  b.markLive();
  const waits: number[] = [];
  let now = 1_000;
  for (let round = 0; round < 3; round += 1) {
    a.refuse(unreadable);
    const last = a.states.at(-1)!;
    expect(last).toMatchObject({ kind: 'down', failure: unreadable });
    const wait = last.kind === 'down' ? last.retryAt! - now : 0;
    waits.push(wait);
    expect(a.send('x')).toBe(false);
    one.receive('a is not given this');
    pass(wait - 1);
    expect(a.kinds().at(-1)).toBe('down');
    pass(1);
    now += wait;
    expect(a.states.slice(-2)).toEqual([{ kind: 'connecting' }, { kind: 'open', again: true }]);
  }
  expect(waits).toEqual([500, 1000, 2000]);
  expect([a.messages, b.kinds().filter((kind) => kind === 'down')]).toEqual([[], ['down']]);
  expect(one.sent).toEqual([...Array(2).fill(['subscribe a', 'subscribe b']).flat(), ...Array(3).fill('subscribe a')]);
  a.markLive();
  a.refuse(unreadable);
  expect(b.kinds().at(-1)).toBe('down');
  expect(timers.size).toBe(0);
});

test('too many requests concern the connection, however often they are said', async () => {
  const { a, b, one } = await two();
  for (let round = 0; round < 3; round += 1) {
    a.refuse(failure('rate-limited', 'Slow down.'));
    expect(b.kinds().at(-1)).toBe('down');
    one.connecting();
    one.open();
  }
  expect(one.did).toEqual(Array(3).fill('refuse rate-limited'));
});

test('one that pauses stays paused when the connection is opened anew, and hears the end', async () => {
  const { a, one, pass } = await two();
  const stuck = failure('timeout', 'Stuck.');
  a.refuse(stuck);
  one.connecting();
  one.open();
  a.refuse(stuck);
  one.down();
  one.connecting();
  one.open();
  expect(a.kinds().at(-1)).toBe('down');
  expect(one.sent.at(-1)).toBe('subscribe b');
  one.down();
  pass(500);
  expect(a.states.at(-1)).toEqual({ kind: 'down', failure: failure('server', 'gone'), retryAt: 5_000 });
  one.down(failure('auth', 'No.'), null);
  expect(a.states.at(-1)).toMatchObject({ retryAt: null });
});

test('stalled is who gets none of its own messages, whatever the other gets; who sets no limit never is', async () => {
  const { a, b, one, pass } = await two({ stallMs: 90_000 });
  for (let round = 0; round < 4; round += 1) {
    pass(60_000);
    one.receive('a 1');
  }
  expect(one.did).toEqual([]);
  pass(60_000);
  one.receive('b 1');
  pass(29_999);
  expect([one.did, b.messages.length]).toEqual([[], 5]);
  pass(1);
  expect(one.did).toEqual(['refuse timeout']);
  expect(a.states.at(-1)).toMatchObject({
    failure: { message: 'venue.test stopped sending; the stream is opened again.' },
  });
});

test('the limits of the connection are the strictest of all who share it, and the largest message any of them takes', async () => {
  const { one, join } = await two({ silenceMs: 20_000 }, { pongMs: 60_000, maxMessageBytes: 1_000_000_000 });
  expect(one.options).toMatchObject({ silenceMs: 20_000, pongMs: 10_000, maxMessageBytes: 1_000_000_000 });
  const late = join('late', { silenceMs: 5_000, secrets: ['hush'] });
  expect([one.options.silenceMs, one.options.secrets, one.did]).toEqual([5_000, ['hush'], ['check']]);
  late.close();
  expect([one.options.silenceMs, one.options.secrets]).toEqual([20_000, ['hush']]);
});

test('what an end means is the first explanation that any of them has', async () => {
  const barred = failure('plan', 'Barred.');
  const { one } = await two(
    { explainEnd: () => null },
    { explainEnd: ({ status }) => (status === 451 ? barred : null) },
  );
  const end = { headers: {}, code: null, reason: '' };
  expect(one.options.explainEnd!({ ...end, status: 451 })).toBe(barred);
  expect(one.options.explainEnd!({ ...end, status: 500 })).toBeNull();
});

test('the last to close closes the connection; nobody is called after its close, and no timer is left', async () => {
  const { a, b, one, timers, sockets, join } = await two({ stallMs: 90_000 }, { stallMs: 90_000 });
  a.close();
  one.receive('a 1');
  one.down();
  one.connecting();
  one.open();
  expect([a.kinds(), a.messages, one.did, one.sent.at(-1)]).toEqual([kinds, [], [], 'subscribe b']);
  expect(timers.size).toBe(1);
  b.close();
  b.close();
  expect([one.did, timers.size]).toEqual([['close'], 0]);
  join('c');
  expect(sockets).toHaveLength(2);
});

test('closed before it was told anything: it never is', async () => {
  const { join, sockets } = sharing();
  const a = join('a');
  a.close();
  await soon();
  sockets[0]!.connecting();
  expect([a.states, sockets[0]!.did]).toEqual([[], ['close']]);
});

test('a check reaches each socket that is not closed, once, through whoever shares it', async () => {
  const checks: string[] = [];
  const { open, checkAll } = trackSockets(({ url }) => ({
    ...{ send: () => true, markLive: vi.fn(), refuse: vi.fn(), close: vi.fn() },
    check: () => void checks.push(url),
  }));
  const share = shareSockets(open);
  const silent = { onOpen: vi.fn(), onMessage: vi.fn(), onState: vi.fn() };
  const sockets = ['ws://one/', 'ws://one/', 'ws://two/'].map((url) => share({ url, ...silent }));
  checkAll();
  sockets[1]!.close();
  sockets[2]!.close();
  checkAll();
  sockets[0]!.check();
  sockets[0]!.close();
  checkAll();
  expect(checks).toEqual(['ws://one/', 'ws://two/', 'ws://one/', 'ws://one/']);
});
