import { expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { SocketWatch } from '../../../src-main/net/socket-watch.ts';

const limits = { silenceMs: 30, pongMs: 10, stallMs: 90 };
const watching = (more: Partial<typeof limits> = {}) => {
  const watch = new SocketWatch({ ...limits, ...more }, unixMs(1_000));
  return { watch, at: (ms: number) => unixMs(1_000 + ms) };
};

test('looks again when the nearest limit could be reached, and pings once after silence', () => {
  const { watch, at } = watching();
  expect(watch.look(at(0))).toEqual({ ping: false, againInMs: 30 });
  watch.heard(at(20));
  expect(watch.look(at(30))).toEqual({ ping: false, againInMs: 20 });
  expect(watch.look(at(50))).toEqual({ ping: true, againInMs: 10 });
  expect(watch.look(at(55))).toEqual({ ping: false, againInMs: 5 });
  expect(watch.look(at(60))).toBe('silent');
});

test('pongs keep it from being silent, not from being stalled; messages keep it from both', () => {
  const { watch, at } = watching();
  for (const ms of [30, 60]) {
    expect(watch.look(at(ms))).toMatchObject({ ping: true });
    watch.heard(at(ms));
  }
  expect(watch.look(at(89))).toMatchObject({ againInMs: 1 });
  expect(watch.look(at(90))).toBe('stalled');
  watch.message(at(90));
  expect(watch.look(at(90))).toEqual({ ping: false, againInMs: 30 });
});

test('never stalls where no limit is set', () => {
  const { watch, at } = watching({ stallMs: Infinity });
  watch.heard(at(1e9));
  expect(watch.look(at(1e9))).toEqual({ ping: false, againInMs: 30 });
});

test('once asked for, only a pong is an answer; a question that is still open is not asked twice', () => {
  const { watch, at } = watching();
  expect([watch.ask(at(5)), watch.ask(at(10))]).toEqual([true, false]);
  watch.message(at(12));
  expect(watch.look(at(14))).toEqual({ ping: false, againInMs: 1 });
  expect(watch.look(at(15))).toBe('silent');
  watch.ponged(at(15));
  expect(watch.look(at(15))).toEqual({ ping: false, againInMs: 30 });
});

test('a question older than its limit slept, and so is one of a clock that was set back: it is asked anew', () => {
  const { watch, at } = watching();
  watch.ask(at(5));
  expect([watch.ask(at(14)), watch.ask(at(15)), watch.ask(at(14))]).toEqual([false, true, true]);
});
