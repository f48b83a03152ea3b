import { expect, it } from 'vitest';
import { errorText } from '../../../../src-main/log/error-text.ts';

it('tells an error with all its causes, without their stacks', () => {
  const cause = new TypeError('x of undefined', { cause: 'ECONNRESET' });
  expect(errorText(new Error('no answer', { cause }))).toBe(
    'Error: no answer ← TypeError: x of undefined ← ECONNRESET',
  );
});

it('tells the errors that one gathers', () => {
  expect(errorText(new AggregateError([new Error('a'), new Error('b')], 'both failed'))).toBe(
    'AggregateError: both failed ← Error: a ← Error: b',
  );
});

it('ends where an error is its own cause, and takes anything that can be thrown', () => {
  const circle = new Error('round');
  circle.cause = circle;
  expect(errorText(circle)).toBe('Error: round ← (again)');
  const loop: Record<string, unknown> = {};
  loop['loop'] = loop;
  expect([null, undefined, 7, 'text', { a: 1 }, loop].map(errorText)).toEqual([
    'null',
    'undefined',
    '7',
    'text',
    '{"a":1}',
    'something that cannot be written',
  ]);
});
