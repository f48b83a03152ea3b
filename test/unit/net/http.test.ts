import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { toFailure } from '../../../src-main/contract/failure.ts';
import { createHttpClient, type HttpRequest } from '../../../src-main/net/http.ts';

const servers: (Server | TcpServer)[] = [];
const client = createHttpClient({ timeoutMs: 5_000 });

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

async function listening(server: Server | TcpServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));
const failureOf = (request: HttpRequest) => client.send(request).then(() => null, toFailure);

test('an answer comes with status, lower-case headers, text and the time it took', async () => {
  const host = await serve((request, response) => {
    response
      .writeHead(404, { 'X-RateLimit-Remaining': '95', 'Set-Cookie': ['a=1', 'b=2'] })
      .end(`${request.method} ${request.url} ${request.headers.authorization}`);
  });
  const answer = await client.send({ url: `http://${host}/v1/a?b=c`, headers: { authorization: 'Bearer kf_1' } });
  expect(answer).toMatchObject({ status: 404, text: 'GET /v1/a?b=c Bearer kf_1' });
  expect(answer.headers).toMatchObject({ 'x-ratelimit-remaining': '95', 'set-cookie': 'a=1, b=2' });
  expect(answer.tookMs).toBeGreaterThan(0);
});

test('a packed answer is unpacked', async () => {
  const host = await serve(
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":"ü"}')),
  );
  expect((await client.send({ url: `http://${host}/` })).text).toBe('{"a":"ü"}');
});

test('a redirect is just a status: the other host is never asked and never sees the key', async () => {
  let asked = 0;
  const other = await serve((_, response) => {
    asked += 1;
    response.end();
  });
  const host = await serve((_, response) => void response.writeHead(302, { location: `http://${other}/` }).end());
  const answer = await client.send({ url: `http://${host}/`, headers: { authorization: 'Bearer kf_1' } });
  expect(answer.status).toBe(302);
  expect(asked).toBe(0);
});

test('a body beyond the cap is cut off while it streams, and the cap is named', async () => {
  let sent = 0;
  const host = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
    };
    response.on('drain', more);
    more();
  });
  expect(await failureOf({ url: `http://${host}/`, maxBytes: 2 * 1024 * 1024 })).toMatchObject({
    kind: 'bad-response',
    message: `${host} sent an answer larger than Halcyon accepts (2 MiB).`,
    path: '$',
  });
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test('a small body that unpacks to a huge one stops at the cap', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
  const host = await serve((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  expect(await failureOf({ url: `http://${host}/`, maxBytes: 1024 * 1024 })).toMatchObject({ kind: 'bad-response' });
});

test('a body that is not what its header says is a bad response', async () => {
  const host = await serve((_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain'));
  expect(await failureOf({ url: `http://${host}/` })).toMatchObject({
    kind: 'bad-response',
    message: `${host} sent an answer that could not be unpacked.`,
  });
});

test('a host that never answers is a timeout', async () => {
  const host = await serve(() => {});
  expect(await failureOf({ url: `http://${host}/`, timeoutMs: 60 })).toMatchObject({
    kind: 'timeout',
    message: `${host} did not answer within 60 ms.`,
  });
});

test('a host that drips its body without end is a timeout', async () => {
  const host = await serve((_, response) => {
    const drip = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(drip));
  });
  expect(await failureOf({ url: `http://${host}/`, timeoutMs: 80 })).toMatchObject({
    kind: 'timeout',
    message: `${host} did not finish its answer within 80 ms.`,
  });
});

test('a cancelled request ends as cancelled, before and during', async () => {
  const abort = new AbortController();
  const host = await serve(() => abort.abort());
  const url = `http://${host}/`;
  expect(await failureOf({ url, signal: abort.signal })).toMatchObject({ kind: 'cancelled' });
  expect(await failureOf({ url, signal: AbortSignal.abort() })).toMatchObject({ kind: 'cancelled' });
});

test('a refused connection is offline and names the host', async () => {
  const server = createServer();
  const host = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await failureOf({ url: `http://${host}/` })).toMatchObject({
    kind: 'offline',
    message: `No connection to ${host}: it refused. Check that the address and the port are right.`,
  });
});

test('a name that does not exist is offline and names the host', async () => {
  expect(await failureOf({ url: 'https://nowhere.invalid/' })).toMatchObject({
    kind: 'offline',
    message: 'No connection to nowhere.invalid: the name was not found. Check the network, or the address.',
  });
});

test('a connection broken off is offline', async () => {
  const host = await serve((request) => request.socket.destroy());
  expect(await failureOf({ url: `http://${host}/` })).toMatchObject({
    kind: 'offline',
    message: `${host} broke off the connection before its answer was complete.`,
  });
});

test('a body broken off is offline, never half an answer', async () => {
  const host = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"half":', () => request.socket.destroy());
  });
  expect(await failureOf({ url: `http://${host}/` })).toMatchObject({ kind: 'offline' });
});

test('a port that does not speak HTTPS says so', async () => {
  const host = await serve((_, response) => void response.end());
  expect(await failureOf({ url: `https://${host}/` })).toMatchObject({
    kind: 'offline',
    message: `${host} does not speak HTTPS on this port. Check the address.`,
  });
});

test('a port that does not speak HTTP says so', async () => {
  const host = await listening(
    createTcpServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-OpenSSH\r\n')),
  );
  expect(await failureOf({ url: `http://${host}/` })).toMatchObject({
    kind: 'bad-response',
    message: `${host} did not answer in HTTP. Check the address.`,
  });
});

test.each(['', 'nonsense', 'ftp://example.com', 'javascript:1'])('an address like %j is a bad request', async (url) => {
  expect(await failureOf({ url })).toMatchObject({ kind: 'bad-request' });
});

test('a header that cannot be sent is a bad request, and its value is in no message or detail', async () => {
  const host = await serve((_, response) => void response.end());
  const failure = await failureOf({ url: `http://${host}/`, headers: { authorization: 'Bearer kf_secret\n1' } });
  expect(failure?.kind).toBe('bad-request');
  expect(JSON.stringify(failure)).not.toContain('kf_secret');
});
