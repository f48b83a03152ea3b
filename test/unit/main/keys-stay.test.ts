import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { unixMs } from '../../../src-main/contract/market.ts';
import { providerIds, type ProviderId } from '../../../src-main/contract/source.ts';
import { demoProviders } from '../../../src-main/demo/servers.ts';
import { createHttpClient } from '../../../src-main/net/http.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';
import { providers } from '../../../src-main/providers/index.ts';
import type { ProviderClient, ProviderContext } from '../../../src-main/providers/provider.ts';

/** Notes everything that arrives, by HTTP or as an upgrade to a socket. */
async function listen(answer: (request: IncomingMessage) => { status: number; headers: object; body: string } | null) {
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const said = answer(request);
    response.writeHead(said?.status ?? 200, { ...said?.headers }).end(said?.body ?? '{}');
  });
  const asked: string[] = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return { server, asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let servers: Server[] = [];
let http: ReturnType<typeof createHttpClient>;
let elsewhere: Awaited<ReturnType<typeof listen>>;
let upgradesElsewhere: number;
beforeEach(async () => {
  http = createHttpClient({ timeoutMs: 2_000 });
  elsewhere = await listen(() => null);
  upgradesElsewhere = 0;
  elsewhere.server.on('upgrade', (_request, socket) => {
    upgradesElsewhere += 1;
    socket.on('error', () => undefined);
    socket.destroy();
  });
});
afterEach(async () => {
  await http.close();
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
});

function connect(id: ProviderId, host: string, more: Partial<ProviderContext> = {}): ProviderClient {
  const { info } = providers[id];
  return providers[id].connect({
    source: { provider: id, environment: 'custom', host },
    restUrl: `http://${host}`,
    streamUrl: `ws://${host}/stream`,
    secret: demoProviders[id].secret,
    options: Object.fromEntries(info.options.map(({ name, fallback }) => [name, fallback])),
    http,
    openSocket: createOpenSocket({ random: () => 0 }),
    now: () => unixMs(Date.UTC(2026, 1, 1, 12)),
    onLimits: () => undefined,
    onEarlier: () => undefined,
    onRejected: () => undefined,
    ...more,
  });
}

/** Everything a provider can be asked over REST; what comes of it does not matter here. */
async function askEverything(client: ProviderClient): Promise<number> {
  const { signal } = new AbortController();
  const to = unixMs(Date.UTC(2026, 0, 10));
  const from = unixMs(Date.UTC(2026, 0, 9));
  const history = Object.entries(client.history ?? {}).map(async ([kind, reader]) => {
    const query = { provider: 'kaiko', kind, asset: 'BTC', from, to } as Parameters<typeof reader.read>[0];
    await reader.read(query, signal).next();
  });
  const asked: Promise<unknown>[] = [
    client.test(signal),
    ...Object.values(client.snapshots ?? {}).map((fetch) => fetch('BTC', signal)),
    ...history,
  ];
  if (client.candles)
    asked.push(client.candles({ asset: 'BTC', timeframe: '1h', from: null, to: null, limit: 10 }, signal));
  if (client.overview) asked.push(client.overview(['BTC'], signal));
  if (client.profileAt) asked.push(client.profileAt('BTC', from, signal));
  await Promise.allSettled(asked);
  return asked.length;
}

/** Opens every stream; returns its ending. */
function openStreams(
  client: ProviderClient,
  onDown: () => void,
): { readonly count: number; readonly close: () => void } {
  const listener = {
    state: ({ kind }: { kind: string }) => void (kind === 'down' && onDown()),
    update: () => undefined,
    gap: () => undefined,
  };
  const candles = client.openCandleStream?.(listener);
  const snapshots = client.openSnapshotStream?.(listener);
  const liquidations = client.openLiquidationStream?.(listener);
  candles?.want([{ asset: 'BTC', timeframe: '1h' }]);
  snapshots?.want([{ kind: 'liquidation-map', asset: 'BTC' }]);
  liquidations?.want([{ asset: 'BTC' }]);
  const streams = [candles, snapshots, liquidations].filter((stream) => stream !== undefined);
  return { count: streams.length, close: () => streams.forEach((stream) => stream.close()) };
}

const leading = (host: string): string => {
  const url = `http://${host}/next`;
  const stream = `ws://${host}/next`;
  return JSON.stringify({
    next: url,
    next_url: url,
    url,
    redirect: url,
    location: url,
    endpoint: stream,
    ws: stream,
    message: `Moved, ask ${url} instead`,
    error: { message: `see ${url}`, url },
    data: { url, next_url: url, list: [] },
    result: { url, list: [] },
    continuation_token: url,
    links: { next: url },
  });
};

describe.each(providerIds)('%s', (id) => {
  it.each([301, 302, 303, 307, 308])('follows no redirect to another host: %i', async (status) => {
    const chosen = await listen(({ url = '' }) => ({
      status,
      headers: { location: `http://${elsewhere.host}${url}`, 'content-type': 'application/json' },
      body: leading(elsewhere.host),
    }));
    await askEverything(connect(id, chosen.host));
    expect(chosen.asked.length).toBeGreaterThan(0);
    expect(elsewhere.asked).toEqual([]);
  });

  it.each([200, 400, 401, 403, 429, 500])('goes nowhere an answer points to: %i', async (status) => {
    const chosen = await listen(() => ({
      status,
      headers: {
        location: `http://${elsewhere.host}/location`,
        'content-location': `http://${elsewhere.host}/content`,
        refresh: `0; url=http://${elsewhere.host}/refresh`,
        link: `<http://${elsewhere.host}/link>; rel="next"`,
        'alt-svc': `h2="${elsewhere.host}"; ma=60`,
        'content-type': 'application/json',
      },
      body: leading(elsewhere.host),
    }));
    await askEverything(connect(id, chosen.host));
    expect(chosen.asked.length).toBeGreaterThan(0);
    expect(elsewhere.asked).toEqual([]);
  });

  it('follows no redirect of its stream, and nothing that its stream says', async () => {
    const chosen = await listen(() => ({ status: 500, headers: {}, body: leading(elsewhere.host) }));
    const sockets = new WebSocketServer({ noServer: true });
    let upgrades = 0;
    let isRedirecting = true;
    chosen.server.on('upgrade', (request, socket, head) => {
      upgrades += 1;
      socket.on('error', () => undefined);
      if (isRedirecting) {
        socket.end(`HTTP/1.1 302 Found\r\nLocation: ws://${elsewhere.host}/stream\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => undefined);
        for (const text of [leading(elsewhere.host), `{"op":"reconnect","url":"ws://${elsewhere.host}/"}`])
          client.send(text);
        client.close(1012, `ws://${elsewhere.host}/`);
      });
    });
    for (isRedirecting of [true, false]) {
      let downs = 0;
      const streams = openStreams(connect(id, chosen.host), () => (downs += 1));
      upgrades = 0;
      if (streams.count > 0) {
        await vi.waitFor(() => expect(upgrades + downs).toBeGreaterThan(0), { timeout: 5_000, interval: 10 });
        await vi.waitFor(() => expect(downs).toBeGreaterThan(0), { timeout: 5_000, interval: 10 });
      }
      streams.close();
    }
    sockets.close();
    expect([elsewhere.asked, upgradesElsewhere]).toEqual([[], 0]);
  });
});

it('would notice: a client that follows is seen at the other host', async () => {
  const chosen = await listen(() => ({ status: 302, headers: { location: `http://${elsewhere.host}/x` }, body: '' }));
  await fetch(`http://${chosen.host}/`);
  expect(elsewhere.asked).toEqual(['GET /x']);
});
