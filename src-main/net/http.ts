import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { failure, FailureError } from '../contract/failure.ts';
import { unixMs, type UnixMs } from '../contract/market.ts';
import { connectionError } from './connection-failure.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the time until the headers, and again for the body. */
  readonly timeoutMs?: number;
  /** Largest body, after decompression. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly tookMs: number;
  readonly receivedAt: UnixMs;
}

/**
 * Resolves for every status; a redirect is just a status and is never followed, so that a key never travels to a host
 * the user did not choose. Throws FailureError: offline, timeout, cancelled, bad-request (unusable address or header),
 * bad-response (too large, not HTTP).
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpClientOptions {
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly maxBytes?: number;
  readonly now?: () => UnixMs;
  readonly userAgent?: string;
}

export const defaultTimeoutMs = 15_000;
export const defaultMaxBytes = 32 * 1024 * 1024;

/** One client for all hosts: connections are kept alive between requests. `close` waits for requests under way. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & { close(): Promise<void> } {
  const now = options.now ?? (() => unixMs(Date.now()));
  const agent = new Agent({
    connect: { timeout: options.connectTimeoutMs ?? 10_000 },
    keepAliveTimeout: 30_000,
    connections: 8,
  });
  return {
    send: async (request) => {
      const url = readUrl(request.url);
      const deadline = startDeadline(
        request.signal,
        request.timeoutMs ?? options.timeoutMs ?? defaultTimeoutMs,
        url.host,
      );
      const startedAt = performance.now();
      try {
        const response = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method ?? 'GET',
          headers: {
            'accept-encoding': 'gzip, br',
            'user-agent': options.userAgent ?? 'Halcyon',
            ...request.headers,
          },
          body: request.body ?? null,
          signal: deadline.signal,
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        deadline.restart('finish its answer');
        const headers = flatten(response.headers);
        const text = await readText(response.body, headers['content-encoding'] ?? '', {
          maxBytes: request.maxBytes ?? options.maxBytes ?? defaultMaxBytes,
          host: url.host,
          signal: deadline.signal,
        });
        return { status: response.statusCode, headers, text, tookMs: performance.now() - startedAt, receivedAt: now() };
      } catch (thrown) {
        throw deadline.reason() ?? (thrown instanceof FailureError ? thrown : asFailure(thrown, url, request));
      } finally {
        deadline.end();
      }
    },
    close: () => agent.close(),
  };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new FailureError(
      failure('bad-request', 'The address to ask is not a web address. Check the provider settings.'),
    );
  }
  return url;
}

function asFailure(thrown: unknown, url: URL, request: HttpRequest): FailureError {
  return connectionError(thrown, url.host, Object.values(request.headers ?? {}));
}

/** The caller's signal and our own time limit as one signal, and which of the two it was. */
function startDeadline(caller: AbortSignal | undefined, timeoutMs: number, host: string) {
  const abort = new AbortController();
  let reason: FailureError | null = null;
  let timer: NodeJS.Timeout;
  const stop = (why: FailureError) => {
    reason ??= why;
    abort.abort(why);
  };
  const cancel = () => stop(new FailureError(failure('cancelled', `The request to ${host} was cancelled.`)));
  const restart = (what: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const limit = timeoutMs >= 1000 ? `${timeoutMs / 1000} s` : `${timeoutMs} ms`;
      stop(new FailureError(failure('timeout', `${host} did not ${what} within ${limit}.`)));
    }, timeoutMs);
  };
  restart('answer');
  if (caller?.aborted) cancel();
  caller?.addEventListener('abort', cancel, { once: true });
  return {
    signal: abort.signal,
    restart,
    reason: () => reason,
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', cancel);
    },
  };
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** Reads to the end, counting what comes out of decompression: a small body that unpacks to gigabytes stops at the cap. */
async function readText(
  body: Readable,
  encoding: string,
  { maxBytes, host, signal }: { maxBytes: number; host: string; signal: AbortSignal },
): Promise<string> {
  const source = unpacked(body, encoding.trim().toLowerCase());
  const abandon = () => source.destroy(signal.reason as Error);
  signal.addEventListener('abort', abandon, { once: true });
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new FailureError(tooLarge(host, maxBytes));
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('Z_')) {
      throw new FailureError(
        failure('bad-response', `${host} sent an answer that could not be unpacked.`, {
          detail: thrown.message,
          path: '$',
        }),
      );
    }
    throw thrown;
  } finally {
    signal.removeEventListener('abort', abandon);
    source.destroy();
    body.on('error', () => {}).destroy();
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}

function unpacked(body: Readable, encoding: string): Readable {
  if (encoding === '' || encoding === 'identity') return body;
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'br'
        ? createBrotliDecompress()
        : encoding === 'deflate'
          ? createInflate()
          : null;
  if (decoder === null) {
    throw new FailureError(
      failure('bad-response', 'The answer is packed in a way Halcyon does not know.', {
        detail: encoding.slice(0, 60),
        path: '$',
      }),
    );
  }
  body.on('error', (error) => decoder.destroy(error));
  return body.pipe(decoder);
}

function tooLarge(host: string, maxBytes: number) {
  const cap = maxBytes >= 1024 * 1024 ? `${maxBytes / (1024 * 1024)} MiB` : `${maxBytes} bytes`;
  return failure('bad-response', `${host} sent an answer larger than Halcyon accepts (${cap}).`, { path: '$' });
}
