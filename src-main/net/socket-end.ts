import { failure, type Failure } from '../contract/failure.ts';

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

export function refusedUpgrade(host: string, status: number): Failure {
  if (status >= 300 && status < 400) {
    return failure('server', `${host} answered the stream with a redirect to another address; it was not followed.`);
  }
  return failure('server', `${host} did not open the stream (status ${status}).`);
}

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
