import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { shareSockets } from '../../../src-main/net/shared-socket.ts';
import { createOpenSocket } from '../../../src-main/net/socket.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const MiB = 1024 * 1024;

/** Of this process, in which both ends are: what is on the heap, and the bytes beside it. */
function heldMiB(): number {
  collect();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / MiB;
}

test('a flood for one who reads slowly is slowed down, not kept: 128 MiB pass, and little more is held than without', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const connected = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  await new Promise((resolve) => server.once('listening', resolve));
  const messages = 8_192;
  const text = 'x'.repeat(16 * 1024);
  let count = 0;
  let most = 0;
  const read = (): void => {
    count += 1;
    if (count % 64 !== 0) return;
    const until = performance.now() + 2;
    while (performance.now() < until); // a slow reader
    if (count % 1_024 === 0) most = Math.max(most, heldMiB());
  };
  const open = shareSockets(createOpenSocket());
  const sockets = [read, () => undefined].map((onMessage) =>
    open({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      onOpen: () => undefined,
      onMessage,
      onState: () => undefined,
    }),
  );
  const client = await connected;
  const before = heldMiB();
  for (let sent = 0; sent < messages; sent += 1) {
    // The other end of the wire keeps what it could not write yet: that is not ours to measure.
    if (client.bufferedAmount < MiB) client.send(text);
    else await new Promise<void>((resolve) => client.send(text, () => resolve()));
  }
  await vi.waitFor(() => expect(count).toBe(messages), { timeout: 10_000 });
  expect(most - before).toBeLessThan(24);
  for (const socket of sockets) socket.close();
  server.close();
});
