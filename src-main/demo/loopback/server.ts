import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import { writeAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { createOutlet } from './outlet.ts';
import type { Outlet } from './outlet.ts';
import { createStage, statusOf, toScenario } from './scenario.ts';
import type { Scenario, ScenarioName } from './scenario.ts';

const mostTries = 100;
const againMs = 100;

/** A request as it came, for tests to look at. */
export interface ReceivedRequest {
  readonly at: UnixMs;
  readonly method: string;
  readonly path: string;
  /** The last value of each name; `search` has those that repeat. */
  readonly query: Readonly<Record<string, string>>;
  /** As sent, with the question mark. */
  readonly search: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A message a stream client sent, as text. */
export interface ReceivedMessage {
  readonly at: UnixMs;
  readonly text: string;
}

/** What a test puts in place of an endpoint's answer. */
export type Override = Answer | ((request: ReceivedRequest) => Answer);

/** A provider's protocol: everything about a server that is not transport or faults. */
export interface Dialect {
  /** Names of what a path asks for, from narrow to wide (`klines/BTCUSDT`, `klines`); the last one is the endpoint. */
  endpoint(request: ReceivedRequest): readonly string[];
  /** The right answer; `replace` is the test's answer, used once key, limits and parameters allow one. */
  answer(request: ReceivedRequest, scenario: Scenario, replace: Override | null): Answer;
  /** The provider's own words for a status a scenario asks for. */
  refuse(request: ReceivedRequest, status: number, retryAfterSeconds: number | null): Answer;
  acceptsStream(path: string): boolean;
  /** A client connected; returns what to do with its messages and its end. `scenario` is the stream's. */
  connect(outlet: Outlet, url: URL, scenario: () => Scenario): StreamClient;
}

export interface StreamClient {
  message(text: string): void;
  end(): void;
  /** Whether a test's push is for this client. */
  readonly listens: boolean;
}

export interface Loopback {
  readonly port: number;
  /** The newest requests, oldest first; at most 1,000 are kept. */
  readonly requests: readonly ReceivedRequest[];
  /** The newest messages from stream clients; at most 1,000 are kept. */
  readonly messages: readonly ReceivedMessage[];
  /** Stream clients connected now. */
  readonly clients: number;
  /** Without `endpoint` for everything, which also forgets what was set for endpoints; `stream` is the stream's name. */
  scenario(scenario: Scenario | ScenarioName, endpoint?: string): Promise<void>;
  /** Answers `endpoint` (`klines`, or narrower `klines/BTCUSDT`) with this until it is given null. */
  override(endpoint: string, answer: Override | null): void;
  /** Sends one message, text exactly as given, to every stream client that is let in; returns to how many. */
  push(message: unknown): number;
  /** Cuts every connection, streams and requests alike; new ones are welcome. */
  dropAll(): void;
  close(): Promise<void>;
}

const mostKept = 1000;
const mostConnections = 64;
const mostBytes = 65_536;

export async function startLoopback(dialect: Dialect, clock: Clock, port = 0): Promise<Loopback> {
  const stage = createStage();
  const overrides = new Map<string, Override>();
  const requests: ReceivedRequest[] = [];
  const messages: ReceivedMessage[] = [];
  const sockets = new Set<Socket>();
  const streams = new Map<WebSocket, { outlet: Outlet; client: StreamClient }>();
  const streamScenario = (): Scenario => stage.of(['stream']);

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) incoming.destroy();
      else chunks.push(chunk);
    });
    incoming.on('end', () => {
      const request = keep(requests, readRequest(incoming, Buffer.concat(chunks).toString(), clock.now()));
      const names = dialect.endpoint(request);
      const scenario = stage.of(names);
      if (scenario.name === 'drop') return void incoming.socket.destroy();
      const replace = names.map((name) => overrides.get(name)).find((override) => override !== undefined) ?? null;
      const status = statusOf(scenario);
      const retryAfter = 'retryAfterSeconds' in scenario ? (scenario.retryAfterSeconds ?? null) : null;
      const answer =
        status === null ? dialect.answer(request, scenario, replace) : dialect.refuse(request, status, retryAfter);
      const broken =
        (answer.status ?? 200) === 200 || scenario.name === 'slow' ? scenario : ({ name: 'calm' } as const);
      writeAnswer(response, answer, broken).catch(() => response.destroy());
    });
    incoming.on('error', () => response.destroy());
  });
  server.maxConnections = mostConnections;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });

  const upgrades = new WebSocketServer({ noServer: true, maxPayload: mostBytes });
  server.on('upgrade', (incoming, socket, head) => {
    const url = urlOf(incoming);
    const scenario = streamScenario();
    if (scenario.name === 'drop') return void socket.destroy();
    const refused = refusedUpgrade(scenario) ?? (dialect.acceptsStream(url.pathname) ? null : 404);
    if (refused !== null)
      return void socket.end(`HTTP/1.1 ${refused} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    upgrades.handleUpgrade(incoming, socket, head, (stream) => {
      const outlet = createOutlet(stream, streamScenario);
      const client = dialect.connect(outlet, url, streamScenario);
      streams.set(stream, { outlet, client });
      stream.on('message', (data) => {
        const text = String(data);
        keep(messages, { at: clock.now(), text });
        client.message(text);
      });
      stream.on('error', () => stream.terminate());
      stream.on('close', () => {
        streams.delete(stream);
        client.end();
      });
    });
  });

  const dropAll = (): void => {
    for (const stream of streams.keys()) stream.terminate();
    for (const socket of sockets) socket.destroy();
  };
  const listenOnce = (at: number): Promise<void> =>
    new Promise((done, fail) => {
      server.once('error', fail);
      server.listen(at, '127.0.0.1', () => (server.off('error', fail), done()));
    });
  /** A number that was let go of may be taken for a moment: by a connection on its way out that was given it. */
  const listen = async (at: number): Promise<void> => {
    for (let tries = 0; ; tries++) {
      try {
        return await listenOnce(at);
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries >= mostTries) throw thrown;
        await wait(againMs);
      }
    }
  };
  const stopListening = (): Promise<void> =>
    new Promise((done) => {
      if (!server.listening) return done();
      server.close(() => done());
      dropAll();
    });

  await listen(port);
  const bound = (server.address() as AddressInfo).port;
  let closed = false;

  return {
    port: bound,
    requests,
    messages,
    get clients() {
      return streams.size;
    },
    async scenario(chosen, endpoint) {
      const scenario = toScenario(chosen);
      stage.set(scenario, endpoint);
      const refuses = (one: Scenario): boolean => one.name === 'drop' && one.how === 'refuse';
      if (refuses(stage.whole())) await stopListening();
      else if (!server.listening && !closed) await listen(bound);
      if (scenario.name === 'drop') dropAll();
      if (endpoint === undefined || endpoint === 'stream') {
        const status = statusOf(streamScenario());
        if (status !== null)
          for (const { outlet } of streams.values()) outlet.close(status === 500 ? 1011 : 1008, String(status));
      }
    },
    override(endpoint, answer) {
      if (answer) overrides.set(endpoint, answer);
      else overrides.delete(endpoint);
    },
    push(message) {
      const listeners = [...streams.values()].filter(({ client }) => client.listens);
      for (const { outlet } of listeners) outlet.sendExactly(message);
      return listeners.length;
    },
    dropAll,
    async close() {
      closed = true;
      dropAll();
      await stopListening();
      upgrades.close();
    },
  };
}

/** Keys are refused inside the stream, by message, not at its door. */
function refusedUpgrade(scenario: Scenario): number | null {
  const status = statusOf(scenario);
  return status === null || status === 401 || status === 403 ? null : status;
}

function urlOf(incoming: IncomingMessage): URL {
  const base = 'http://127.0.0.1';
  return URL.canParse(incoming.url ?? '/', base) ? new URL(incoming.url ?? '/', base) : new URL(base);
}

function keep<T>(list: T[], value: T): T {
  list.push(value);
  if (list.length > mostKept) list.splice(0, list.length - mostKept);
  return value;
}

function readRequest(incoming: IncomingMessage, body: string, at: UnixMs): ReceivedRequest {
  const url = urlOf(incoming);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return {
    ...{ at, method: incoming.method ?? 'GET', path: url.pathname },
    ...{ query: Object.fromEntries(url.searchParams), search: url.search, headers, body },
  };
}
