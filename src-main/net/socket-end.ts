import { failure, type Failure } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import { readRetryAfter } from './told-limits.ts';

/** How a WebSocket connection ended, for the provider to explain. */
export interface SocketEnd {
  /** HTTP status of a refused upgrade; null for a close. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** WebSocket close code; null for a refused upgrade. */
  readonly code: number | null;
  readonly reason: string;
}

/** Why a WebSocket connection ended, as one sentence that names the host; for what the provider gives no meaning of its own. */

export function refusedUpgrade(host: string, status: number, headers: SocketEnd['headers'], now: UnixMs): Failure {
  if (status >= 300 && status < 400) {
    return failure('server', `${host} answered the stream with a redirect to another address; it was not followed.`);
  }
  const retryAt = readRetryAfter(headers, null, now);
  if (status === 429) {
    return failure('rate-limited', `${host} did not open the stream: it was asked too often (status 429).`, {
      retryAt,
    });
  }
  return failure('server', `${host} did not open the stream (status ${status}).`, { retryAt });
}

export const unopenedStream = (host: string, connectMs: number): Failure =>
  failure('timeout', `${host} did not open the stream within ${connectMs / 1000} s.`);

export const silentStream = (host: string): Failure =>
  failure('timeout', `${host} went silent; the stream is opened again.`);

/** It answers pings, but what was subscribed to does not come. */
export const stalledStream = (host: string): Failure =>
  failure('timeout', `${host} stopped sending; the stream is opened again.`);

export const unreadStream = (host: string): Failure =>
  failure('timeout', `${host} does not take what is sent to it; the stream is opened again.`);

export const closedStream = (host: string, code: number, reason: string): Failure =>
  failure('server', `${host} closed the stream.`, { detail: `close code ${code} ${reason}`.trim() });

/** Errors of the protocol itself: a message too large, frames that are none. Null for all others. */
export function brokenProtocol(error: Error, host: string, maxMessageBytes: number): Failure | null {
  const code = 'code' in error ? String(error.code) : '';
  if (!code.startsWith('WS_ERR_')) return null;
  const text =
    code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
      ? `${host} sent a message larger than Halcyon accepts (${maxMessageBytes / (1024 * 1024)} MiB); the stream was closed.`
      : `${host} sent something that is not WebSocket; the stream was closed.`;
  return failure('bad-response', text, { detail: `${code} ${error.message}`, path: '$' });
}

/** Waiting does not help these; all else, a too large message included, is worth another connection. */
const stopping: ReadonlySet<Failure['kind']> = new Set(['auth', 'plan', 'unsupported', 'bad-request', 'cancelled']);

export const isStopping = ({ kind }: Failure): boolean => stopping.has(kind);

export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the stream address');
