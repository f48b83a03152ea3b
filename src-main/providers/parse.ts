import type { z } from 'zod';
import { failure, FailureError, toFailure } from '../contract/failure.ts';
import type { HttpRequest, HttpResponse } from '../net/http.ts';
import { oneLine, redact } from '../net/redact.ts';
import type { ProviderContext, RejectedPayload } from './provider.ts';

/**
 * A payload that does not say what it should. Readers throw it with a JSON path relative to what they were given; who
 * called them puts its own path in front with `under`. It never leaves a provider: `readPayload` makes a Failure of it.
 */
export class Unreadable extends Error {
  /** `''` for the value itself, `.price`, `[3].price` … */
  readonly path: string;
  /** Completes "{path} …": `is not a number`. */
  readonly problem: string;
  constructor(problem: string, path = '') {
    super(`${path} ${problem}`);
    this.name = 'Unreadable';
    this.problem = problem;
    this.path = path;
  }
  under(path: string): Unreadable {
    return new Unreadable(this.problem, path + this.path);
  }
}

export type RejectionContext = Pick<ProviderContext, 'source' | 'now' | 'onRejected'>;

/** Where a text came from: `name` is the provider's, for sentences; `endpoint` goes into the record. */
export interface PayloadOrigin {
  readonly name: string;
  readonly endpoint: string;
}

/**
 * Reads one answer whole or not at all. Whatever `read` finds wrong, the text goes to `onRejected` exactly once and a
 * FailureError `bad-response` with the JSON path is thrown; never half a value.
 */
export function readPayload<T>(
  context: RejectionContext,
  origin: PayloadOrigin,
  text: string,
  read: (payload: unknown) => T,
): T {
  try {
    return read(parseJson(text));
  } catch (thrown) {
    throw reject(context, origin, text, asUnreadable(thrown));
  }
}

/** Records a text that cannot be used and returns what to throw. `problem.path` starts below `$`. */
export function reject(
  context: RejectionContext,
  { name, endpoint }: PayloadOrigin,
  text: string,
  problem: Unreadable,
): FailureError {
  const path = `$${problem.path}`;
  const message =
    path === '$'
      ? `${name} ${problem.problem}.`
      : `${name} sent an answer that could not be read: ${path} ${problem.problem}.`;
  const rejected: RejectedPayload = { source: context.source, endpoint, at: context.now(), path, message, text };
  context.onRejected(rejected);
  const detail = redact(`${endpoint}: ${oneLine(text, 300)}`);
  return new FailureError(failure('bad-response', message, { path, detail }));
}

/** A mistake of ours inside a reader is a rejected payload, too: nothing vanishes, and the detail says what it was. */
export function asUnreadable(thrown: unknown): Unreadable {
  if (thrown instanceof Unreadable) return thrown;
  return new Unreadable(`sent an answer Halcyon stumbled over (${oneLine(toFailure(thrown).detail, 120)})`);
}

/** JSON as the standard has it: `NaN`, comments and trailing commas are not. Problems are whole predicates of `$`. */
export function parseJson(text: string): unknown {
  const start = text.slice(0, 200).trimStart();
  if (start === '' && text.trim() === '') throw new Unreadable('answered with nothing');
  if (start.startsWith('<')) throw new Unreadable('answered with a web page instead of data');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Unreadable('answered with something that is not JSON');
  }
}

/** Checks a value against a zod shape; the first issue becomes an Unreadable at its path. */
export function readShape<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (issue === undefined) throw new Unreadable('is not as expected');
  const path = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : member(String(key)))).join('');
  throw new Unreadable(path === '' ? 'answered with something other than an object' : problemOf(issue), path);
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type') return issue.message;
  const words: Partial<Record<string, string>> = {
    string: 'text',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return `is missing or not ${words[issue.expected] ?? issue.expected}`;
}

/** One step of a JSON path: `.price`, or `["odd key"]`. */
export function member(key: string): string {
  return /^[A-Za-z_]\w{0,60}$/.test(key) ? `.${key}` : `[${JSON.stringify(oneLine(key, 60))}]`;
}

/**
 * One request. An answer that came but left no text to keep (too large, not HTTP) is recorded without it: that it came
 * is kept. Throws what the client throws.
 */
export async function sendRecorded(
  context: ProviderContext,
  path: string,
  request: HttpRequest,
): Promise<HttpResponse> {
  try {
    return await context.http.send(request);
  } catch (thrown) {
    if (thrown instanceof FailureError && thrown.failure.kind === 'bad-response') {
      const { message, path: badPath } = thrown.failure;
      const at = context.now();
      const { source } = context;
      context.onRejected({ source, endpoint: path, at, path: badPath ?? '$', message: oneLine(message), text: '' });
    }
    throw thrown;
  }
}

/** Runs a reader one step down; what it finds wrong carries the step in its path. */
export function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof Unreadable ? thrown.under(path) : thrown;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The fields of an object that are not in `known`, with `more` beside them, as JSON text; null when there are none. What a
 * provider adds is kept this way until Halcyon learns to read it.
 */
export function extraOf(payload: JsonObject, known: ReadonlySet<string>, more: JsonObject = {}): string | null {
  const entries = Object.entries(payload).filter(([key]) => !known.has(key));
  entries.push(...Object.entries(more));
  if (entries.length === 0) return null;
  try {
    return JSON.stringify(Object.fromEntries(entries));
  } catch {
    throw new Unreadable('has fields nested too deeply', member(entries[0]?.[0] ?? ''));
  }
}
