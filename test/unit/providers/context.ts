import { readFileSync } from 'node:fs';
import { toFailure, type Failure } from '../../../src-main/contract/failure.ts';
import { unixMs, type UnixMs } from '../../../src-main/contract/market.ts';
import type { RateLimits } from '../../../src-main/contract/provider-status.ts';
import type { Snapshot } from '../../../src-main/contract/snapshot.ts';
import type { ProviderId, Source } from '../../../src-main/contract/source.ts';
import type { HttpRequest, HttpResponse } from '../../../src-main/net/http.ts';
import type { SocketOptions } from '../../../src-main/net/socket.ts';
import type { ProviderContext, RejectedPayload, StreamState } from '../../../src-main/providers/provider.ts';

export const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

/** 2026-02-01 12:00:00 UTC. */
export const arrival = unixMs(Date.UTC(2026, 1, 1, 12));
export const testKey = 'kf_live_0123456789';

export type Reply =
  string | { readonly status?: number; readonly headers?: Record<string, string>; readonly text: string };

/** A context whose network is a function, and which remembers what it was told. */
export function fakeContext(
  provider: ProviderId,
  reply: (request: HttpRequest) => Reply | Promise<Reply> = () => '{}',
  more: Partial<Pick<ProviderContext, 'options' | 'secret' | 'restUrl' | 'streamUrl'>> = {},
) {
  const source: Source = { provider, environment: 'production', host: 'api.test' };
  const requests: HttpRequest[] = [];
  const limits: RateLimits[] = [];
  const rejected: RejectedPayload[] = [];
  const earlier: Snapshot[] = [];
  const sockets: FakeSocket[] = [];
  let now: UnixMs = arrival;
  const context: ProviderContext = {
    source,
    restUrl: 'https://api.test/v1',
    streamUrl: 'wss://api.test/v1/stream',
    secret: provider === 'kingfisher' ? { apiKey: testKey } : null,
    options: {},
    http: {
      send: async (request): Promise<HttpResponse> => {
        requests.push(request);
        const answer = await reply(request);
        const { status = 200, headers = {}, text } = typeof answer === 'string' ? { text: answer } : answer;
        return { status, headers, text, tookMs: 5, receivedAt: now };
      },
    },
    openSocket: (options) => {
      const socket = fakeSocket(options);
      sockets.push(socket);
      return socket;
    },
    now: () => now,
    onLimits: (seen) => void limits.push(seen),
    onEarlier: (snapshots) => void earlier.push(...snapshots),
    onRejected: (payload) => void rejected.push(payload),
    ...more,
  };
  return {
    context,
    source,
    requests,
    limits,
    rejected,
    earlier,
    sockets,
    setNow: (value: number) => void (now = unixMs(value)),
  };
}

export type FakeSocket = ReturnType<typeof fakeSocket>;

function fakeSocket(options: SocketOptions) {
  const sent: unknown[] = [];
  const refusals: Failure[] = [];
  let isOpen = false;
  let isLive = false;
  let opens = 0;
  const send = (text: string): boolean => {
    if (isOpen) sent.push(JSON.parse(text));
    return isOpen;
  };
  return {
    options,
    sent,
    refusals,
    send,
    markLive: () => {
      if (isLive || !isOpen) return;
      isLive = true;
      options.onState({ kind: 'live' });
    },
    refuse: (failure: Failure) => void refusals.push(failure),
    check: () => undefined,
    close: () => void (isOpen = false),
    /** As the real one does when it has connected. */
    open: () => {
      isOpen = true;
      isLive = false;
      opens += 1;
      options.onState({ kind: 'open', again: opens > 1 });
      options.onOpen(send);
    },
    lose: () => void (isOpen = false),
    /** The other side closes it; what that is taken for. */
    end: (code: number, reason = '') => {
      isOpen = false;
      return options.explainEnd?.({ status: null, headers: {}, code, reason }) ?? null;
    },
    receive: (message: unknown) => options.onMessage(typeof message === 'string' ? message : JSON.stringify(message)),
    isOpen: () => isOpen,
  };
}

export const noSignal = new AbortController().signal;

/** Null when it succeeds. */
export const failureOf = (promise: Promise<unknown>): Promise<Failure | null> => promise.then(() => null, toFailure);

/** Once an answered request has been read. */
export const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

/** A listener that remembers what a stream told it. */
export function watched<Update>() {
  const states: StreamState[] = [];
  const updates: Update[] = [];
  let gaps = 0;
  const listener = {
    state: (state: StreamState) => void states.push(state),
    update: (update: Update) => void updates.push(update),
    gap: () => void (gaps += 1),
  };
  return { states, updates, listener, gaps: () => gaps };
}
