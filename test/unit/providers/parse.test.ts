import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { extraOf, readPayload, readShape, Unreadable } from '../../../src-main/providers/parse.ts';
import { add, mostRows, newest, readRows } from '../../../src-main/providers/parse/columns.ts';
import { anyNumber, price, shapeOf, size } from '../../../src-main/providers/parse/numbers.ts';
import { RejectionGate } from '../../../src-main/providers/parse/rejection-gate.ts';
import { time } from '../../../src-main/providers/parse/times.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { fakeContext } from './context.ts';

const problemOf = (read: () => unknown): string | null => {
  try {
    read();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return `$${thrown.path} ${thrown.problem}`;
  }
};

describe('numbers', () => {
  test.each([
    [64000, 64000],
    ['64000', 64000],
    ['0.10', 0.1],
    ['-1.5e3', -1500],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    [-0, 0],
  ])('%j is %d', (value, number) => {
    expect(anyNumber(value)).toBe(number);
  });

  test.each(['', ' 1', '1 ', '0x10', 'NaN', 'Infinity', '1,000', '1_000', '١', null, true, [], {}, [5]])(
    '%j is not a number',
    (value) => {
      expect(problemOf(() => anyNumber(value))).toBe('$ is not a number');
    },
  );

  test('what is larger than a number holds is refused, as a number and as text', () => {
    expect(problemOf(() => anyNumber(JSON.parse('1e999')))).toBe('$ is too large for a number');
    expect(problemOf(() => anyNumber('1e999'))).toBe('$ is too large for a number');
  });

  test('sizes are zero or more, prices above zero, and an absent value is missing', () => {
    expect(size('0')).toBe(0);
    expect(problemOf(() => size(-1))).toBe('$ is negative');
    expect(problemOf(() => price(0))).toBe('$ is not a price above zero');
    expect(problemOf(() => price(undefined))).toBe('$ is missing');
  });

  test('whatever comes, a finite number or a problem', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        if (problemOf(() => anyNumber(value)) === null) expect(Number.isFinite(anyNumber(value))).toBe(true);
      }),
    );
  });

  test('every number JSON can write is read back exactly, as a number and as text', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(anyNumber(JSON.parse(JSON.stringify(value)))).toBe(value + 0);
        expect(anyNumber(String(value))).toBe(value + 0);
      }),
    );
  });
});

describe('times', () => {
  const noon = Date.UTC(2026, 1, 1, 12);
  test.each([
    ['2026-02-01T12:00:00Z', noon],
    ['2026-02-01T13:00:00+01:00', noon],
    ['2026-02-01T12:00:00', noon],
    ['2026-02-01 12:00', noon],
    ['2026-02-01', Date.UTC(2026, 1, 1)],
    [noon / 1000, noon],
    [String(noon / 1000), noon],
    [noon, noon],
    [noon * 1000, noon],
    [noon * 1e6, noon],
  ])('%j is %d', (value, ms) => {
    expect(time(value)).toBe(ms);
  });

  test.each(['yesterday', 'Feb 1 2026', '', null, true, {}, '2026-02-01T25:00:00Z', '1999-01-01', 0, -5, 1e30])(
    '%j is refused',
    (value) => {
      expect(problemOf(() => time(value))).toMatch(/^\$ is not a (plausible )?time$/);
    },
  );

  test('an empty text is refused as the first one ever, too', async () => {
    vi.resetModules();
    const first = await import('../../../src-main/providers/parse/times.ts');
    expect(() => first.time('')).toThrow();
  });
});

describe('rows', () => {
  const columns = [
    { field: 'price', read: price, join: add },
    { field: 'long', read: size, join: add },
  ];

  test('are sorted by the first column, and rows of one price are added', () => {
    const list = [
      { price: 3, long: 1 },
      { price: '1', long: 2 },
      { price: 3, long: 4 },
    ];
    expect(readRows(list, columns, 'rows')).toEqual({
      columns: [new Float64Array([1, 3]), new Float64Array([2, 5])],
      extra: {},
    });
  });

  test('one bad value refuses all of them, by its path', () => {
    const list = [
      { price: 1, long: 1 },
      { price: 2, long: null },
    ];
    expect(problemOf(() => readRows(list, columns, 'rows'))).toBe('$[1].long is not a number');
    expect(problemOf(() => readRows([1], columns, 'rows'))).toBe('$[0] is not an object');
    expect(problemOf(() => readRows({}, columns, 'rows'))).toBe('$ is not a list');
    expect(problemOf(() => readRows(undefined, columns, 'rows'))).toBe('$ is missing');
  });

  test('a sum beyond what a number holds refuses all of them', () => {
    const list = [
      { price: 1, long: 1e308 },
      { price: 1, long: 1e308 },
    ];
    expect(problemOf(() => readRows(list, columns, 'rows'))).toBe('$[1].long adds up to more than a number holds');
  });

  test('a million rows are read, one more is refused', () => {
    const list = Array.from({ length: mostRows }, (_, index) => ({ price: index + 1, long: 1 }));
    expect(readRows(list, columns, 'rows').columns[0]!.length).toBe(1_000_000);
    list.push({ price: 0, long: 0 });
    expect(problemOf(() => readRows(list, columns, 'rows'))).toBe(
      '$ has 1000001 rows: larger than Halcyon accepts (1000000)',
    );
  });

  test('unknown fields are kept with their values, beyond 5,000 rows by name', () => {
    const list = [
      { price: 1, long: 1, mood: 'calm' },
      { price: 2, long: 1 },
    ];
    expect(readRows(list, columns, 'rows').extra).toEqual({ 'rows[]': { mood: ['calm', null] } });
    const many = Array.from({ length: 5_001 }, (_, index) => ({ price: index + 1, long: 1, mood: 'calm' }));
    expect(readRows(many, columns, 'rows').extra).toEqual({ 'rows[]': ['mood'] });
  });

  test('the newest of two times counts, and none is no time', () => {
    expect([newest(NaN, 5), newest(5, NaN), newest(5, 6), newest(NaN, NaN)]).toEqual([5, 5, 6, NaN]);
  });
});

describe('a payload', () => {
  const origin = { name: 'Kingfisher', endpoint: '/x' };
  const shape = z.looseObject({ a: z.looseObject({ 'odd key': shapeOf(price) }) });
  const read = (text: string) => {
    const { context, rejected } = fakeContext('kingfisher');
    let failure = null;
    try {
      readPayload(context, origin, text, (payload) => readShape(shape, payload));
    } catch (thrown) {
      failure = toFailure(thrown);
    }
    return { failure, rejected };
  };

  test.each([
    ['', '$', 'Kingfisher answered with nothing.'],
    ['  \n', '$', 'Kingfisher answered with nothing.'],
    ['<!DOCTYPE html><html></html>', '$', 'Kingfisher answered with a web page instead of data.'],
    ['\n  <html>', '$', 'Kingfisher answered with a web page instead of data.'],
    ['{"a": NaN}', '$', 'Kingfisher answered with something that is not JSON.'],
    ['{"a": 1', '$', 'Kingfisher answered with something that is not JSON.'],
    ['null', '$', 'Kingfisher answered with something other than an object.'],
    ['[]', '$', 'Kingfisher answered with something other than an object.'],
    ['{}', '$.a', 'Kingfisher sent an answer that could not be read: $.a is missing or not an object.'],
    [
      '{"a":{"odd key":-1}}',
      '$.a["odd key"]',
      'Kingfisher sent an answer that could not be read: $.a["odd key"] is not a price above zero.',
    ],
  ])('%j is kept, and refused at %s', (text, path, message) => {
    const { failure, rejected } = read(text);
    expect(failure).toMatchObject({ kind: 'bad-response', path, message });
    expect(rejected).toEqual([expect.objectContaining({ endpoint: '/x', path, message, text })]);
  });

  test('nested a hundred thousand deep is refused or read, never a crash', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(read(deep).failure).toMatchObject({ kind: 'bad-response' });
    const payload = JSON.parse(deep) as Record<string, unknown>;
    expect(problemOf(() => extraOf(payload, new Set()))).toBe('$.a has fields nested too deeply');
  });

  test('a mistake in a reader is a rejected payload, too', () => {
    const { context, rejected } = fakeContext('kingfisher');
    expect(() =>
      readPayload(context, origin, '{}', () => {
        throw new TypeError('oops');
      }),
    ).toThrow('Kingfisher sent an answer Halcyon stumbled over (TypeError: oops).');
    expect(rejected).toHaveLength(1);
  });
});

test('a flood of rejected payloads: twenty a minute are kept, the rest are counted and said', () => {
  const kept: string[] = [];
  const gate = new RejectionGate(({ message }) => void kept.push(message));
  const { source } = fakeContext('kingfisher');
  const take = (at: number) =>
    gate.take({ source, endpoint: 'stream', at: unixMs(at), path: '$', message: 'Bad.', text: 'x' });
  for (let index = 0; index < 5_000; index += 1) take(1_000 + index);
  expect(kept).toHaveLength(20);
  expect(gate.unrecorded).toBe(4_980);
  take(61_000);
  expect(kept.at(-1)).toBe('Bad. 4980 more like it were not kept.');
  expect(gate.unrecorded).toBe(0);
});
