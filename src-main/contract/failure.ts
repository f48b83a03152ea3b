import type { UnixMs } from './market.ts';

/**
 * retried: offline, timeout, rate-limited, server
 * not retried: auth, plan, unsupported, bad-request, bad-response, keychain, store, cancelled, bug
 */
export const failureKinds = [
  'offline',
  'timeout',
  'rate-limited',
  'server',
  'auth',
  'plan',
  'unsupported',
  'bad-request',
  'bad-response',
  'keychain',
  'store',
  'cancelled',
  'bug',
] as const;
export type FailureKind = (typeof failureKinds)[number];

const retried: ReadonlySet<FailureKind> = new Set(['offline', 'timeout', 'rate-limited', 'server']);

/** An error as it crosses threads: plain data, already free of secrets. */
export interface Failure {
  readonly kind: FailureKind;
  /** One sentence for the user: what happened and, where there is something to do, what. */
  readonly message: string;
  /** For the log; no secrets. */
  readonly detail: string;
  /** When trying again makes sense; null when unknown or never. */
  readonly retryAt: UnixMs | null;
  /** JSON path of the first bad field of a `bad-response`: `$.clusters[3].price`. */
  readonly path: string | null;
}

export const isRetried = (failure: Failure): boolean => retried.has(failure.kind);

export function failure(
  kind: FailureKind,
  message: string,
  more: Partial<Omit<Failure, 'kind' | 'message'>> = {},
): Failure {
  return { kind, message, detail: '', retryAt: null, path: null, ...more };
}

/** Carries a Failure where code throws. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(value: Failure) {
    super(value.message);
    this.name = 'FailureError';
    this.failure = value;
  }
}

/** Any thrown value as a Failure; what is not one of ours is a `bug`. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof FailureError) return thrown.failure;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return failure('bug', 'Something went wrong inside Halcyon.', { detail: text });
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };
