import { z } from 'zod';
import { Unreadable } from '../parse.ts';

/**
 * The one policy for numbers in payloads: a JSON number, or a string that is nothing but a decimal number (exchanges send
 * `"64000"`). Everything else is refused, as are infinities: `null`, `""`, `" 1"`, `"0x10"`, `"NaN"`, `true`, `1e999`.
 */
export type NumberReader = (value: unknown) => number;

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$/;

/** Any finite number. */
export const anyNumber: NumberReader = (value) => {
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value + 0; // -0 becomes 0
    throw new Unreadable('is too large for a number');
  }
  if (value === undefined) throw new Unreadable('is missing');
  if (typeof value !== 'string' || value.length > 400 || !decimal.test(value)) throw new Unreadable('is not a number');
  const number = Number(value);
  if (!Number.isFinite(number)) throw new Unreadable('is too large for a number');
  return number + 0;
};

/** A size: zero or more. */
export const size: NumberReader = (value) => {
  const number = anyNumber(value);
  if (number < 0) throw new Unreadable('is negative');
  return number;
};

/** A price: more than zero. */
export const price: NumberReader = (value) => {
  const number = anyNumber(value);
  if (number <= 0) throw new Unreadable('is not a price above zero');
  return number;
};

/** The same reader for a column that may lack values: null and absent are NaN. */
export const orNaN =
  (read: NumberReader): NumberReader =>
  (value) =>
    value === undefined || value === null ? NaN : read(value);

/** The same reader for a single field that may be null or absent. */
export const orNull =
  (read: NumberReader) =>
  (value: unknown): number | null =>
    value === undefined || value === null ? null : read(value);

/** A reader as a zod shape, for the fields of an object. */
export function shapeOf<T>(read: (value: unknown) => T) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      try {
        return read(value);
      } catch (thrown) {
        if (!(thrown instanceof Unreadable)) throw thrown;
        context.addIssue({ code: 'custom', message: thrown.problem });
        return z.NEVER;
      }
    });
}

/** Words (exchange names and the like): text of 1 to 60 characters. */
export function word(value: unknown): string {
  if (value === undefined) throw new Unreadable('is missing');
  if (typeof value !== 'string' || value.trim() === '') throw new Unreadable('is not text');
  if (value.length > 60) throw new Unreadable('is too long for a name');
  return value;
}
