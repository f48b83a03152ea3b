import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** What happens to the next upgrades, in order; then they are accepted. */
export type Welcome = 'accept' | 'hold' | { readonly status: number; readonly headers?: Record<string, string> };

export interface FaultClient {
  readonly socket: WebSocket;
  readonly tcp: TcpSocket;
  /** Subscribed now. */
  readonly names: Set<string>;
  /** Half open: takes what comes, answers nothing, not even pings. */
  mute: boolean;
}

/**
 * A loopback venue in the dialect of Binance's streams, whose connections can be hurt in every way. It notes what a
 * well-behaved client never does.
 */
export async function startFaultServer(pushOf: (name: string) => string | null) {
  const welcomes: Welcome[] = [];
  const clients = new Set<FaultClient>();
  const wrongs: string[] = [];
  const held = new Set<TcpSocket>();
  /** When each was asked for, milliseconds of `performance`. */
  const upgrades: number[] = [];
  let server: Server;
  const sockets = new WebSocketServer({ noServer: true, autoPong: false });

  function take(client: FaultClient, text: string): void {
    const { method, params, id } = JSON.parse(text) as { method: string; params: string[]; id: number };
    const isNew = method === 'SUBSCRIBE';
    for (const name of params) {
      if (client.names.has(name) === isNew) wrongs.push(`${method} ${name} twice`);
      if (isNew) client.names.add(name);
      else client.names.delete(name);
    }
    if (client.mute) return;
    client.socket.send(JSON.stringify({ result: null, id }));
    if (isNew) push(client, params);
  }

  function push(client: FaultClient, names: Iterable<string>): void {
    for (const name of names) {
      const text = pushOf(name);
      if (text !== null && !client.mute) client.socket.send(text);
    }
  }

  function listen(port: number): Promise<void> {
    server = createServer();
    server.on('upgrade', (request, tcp: TcpSocket, head) => {
      upgrades.push(performance.now());
      tcp.on('error', () => undefined);
      const welcome = welcomes.shift() ?? 'accept';
      if (welcome === 'hold') {
        held.add(tcp);
        tcp.on('close', () => held.delete(tcp));
      } else if (welcome === 'accept') {
        sockets.handleUpgrade(request, tcp, head, (socket) => {
          const client: FaultClient = { socket, tcp, names: new Set(), mute: false };
          clients.add(client);
          socket.on('message', (data) => take(client, String(data)));
          socket.on('ping', () => {
            if (!client.mute && socket.readyState === socket.OPEN) socket.pong();
          });
          socket.on('error', () => undefined);
          socket.on('close', () => clients.delete(client));
        });
      } else {
        const headers = Object.entries(welcome.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
        tcp.end(`HTTP/1.1 ${welcome.status} No\r\nContent-Length: 0\r\nConnection: close\r\n${headers.join('')}\r\n`);
      }
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  }

  function stop(): Promise<void> {
    for (const { socket } of clients) socket.terminate();
    for (const tcp of held) tcp.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  }

  await listen(0);
  const { port } = server!.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/market/ws`,
    welcomes,
    clients,
    wrongs,
    upgrades,
    pushAll: () => {
      for (const client of clients) push(client, client.names);
    },
    stop,
    start: () => listen(port),
  };
}

export type FaultServer = Awaited<ReturnType<typeof startFaultServer>>;
