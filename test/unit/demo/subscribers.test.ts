import { expect, test } from 'vitest';
import { manualClock, type Clock } from '../../../src-main/demo/clock.ts';
import type { Outlet } from '../../../src-main/demo/loopback/outlet.ts';
import type { Scenario } from '../../../src-main/demo/loopback/scenario.ts';
import { createSubscribers, keepOnly, type Subscriber } from '../../../src-main/demo/loopback/subscribers.ts';

/** Topics are numbers: the message of a beat is the topic, that of a flood its negative, and there is none of zero. */
function stream() {
  const clock = manualClock(0);
  const made: string[] = [];
  let timers = 0;
  const counted: Clock = {
    now: clock.now,
    every: (ms, run) => {
      const stop = clock.every(ms, run);
      timers += 1;
      return () => {
        timers -= 1;
        stop();
      };
    },
  };
  const subscribers = createSubscribers<number, Subscriber<number>>(counted, {
    beatMs: 100,
    beat: (wanted, tell) => {
      for (const [name, topic] of wanted) {
        made.push(name);
        tell(name, { topic });
      }
    },
    latest: (topic) => (topic === 0 ? null : { topic: -topic }),
  });
  const join = (topics: Record<string, number>, scenario: Scenario = { name: 'calm' }, room = Infinity) => {
    const got: unknown[] = [];
    let current = scenario;
    const outlet: Outlet = {
      open: true,
      send: (value) => got.length < room && got.push(value) > 0,
      sendExactly: () => {},
      close: () => {},
    };
    const client = { outlet, scenario: () => current, wanted: new Map(Object.entries(topics)) };
    const { end } = subscribers.add(client, () => {});
    return { got, end, become: (next: Scenario) => void (current = next) };
  };
  return { clock, made, subscribers, join, timers: () => timers };
}

test('a beat tells each client what it wants; a message is made once for all who want it', () => {
  const { clock, made, join } = stream();
  const [first, second] = [join({ a: 1, b: 2 }), join({ b: 2 })];
  clock.advance(99);
  expect(made).toEqual([]);
  clock.advance(1);
  expect(made).toEqual(['a', 'b']);
  expect([first.got, second.got]).toEqual([[{ topic: 1 }, { topic: 2 }], [{ topic: 2 }]]);
});

test('who has left is told nothing, and what only he wanted is made no more', () => {
  const { clock, made, join } = stream();
  const { got, end } = join({ a: 1 });
  end();
  clock.advance(100);
  expect([got, made]).toEqual([[], []]);
});

test('a burst floods its own client at the pace it asks for, in turn with all it wants, until it is calm', () => {
  const { clock, join, timers } = stream();
  const calm = join({ a: 1 });
  const flooded = join({ a: 1, b: 2, none: 0 }, { name: 'burst', messagesPerSecond: 150 });
  clock.advance(100);
  flooded.got.length = 0;
  clock.advance(20);
  expect(flooded.got).toEqual([{ topic: -1 }, { topic: -2 }, { topic: -1 }]);
  flooded.become({ name: 'calm' });
  clock.advance(80);
  flooded.got.length = 0;
  clock.advance(99);
  expect(flooded.got).toEqual([]);
  expect(calm.got).toEqual([{ topic: 1 }, { topic: 1 }]);
  expect(timers()).toBe(1);
});

test('who does not read is sent no more of the same flood', () => {
  const { clock, join } = stream();
  const { got } = join({ a: 1 }, { name: 'burst', messagesPerSecond: 5_000 }, 10);
  clock.advance(120);
  expect(got).toHaveLength(10);
});

test('after the close neither beat nor flood goes on', () => {
  const { clock, subscribers, join, timers } = stream();
  const { got } = join({ a: 1 }, { name: 'burst' });
  clock.advance(100);
  const before = got.length;
  subscribers.close();
  clock.advance(1_000);
  expect(got).toHaveLength(before);
  expect(timers()).toBe(0);
});

test('what nobody wants any more is forgotten', () => {
  const kept = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  keepOnly(kept, new Map([['b', null]]));
  expect([...kept]).toEqual([['b', 2]]);
});
