import { expect, it } from 'vitest';
import { failure, FailureError, toFailure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { HeldBackError } from '../../../src-main/feeds/charge.ts';
import { asking, question, type Asking } from '../../../src-main/feeds/purpose.ts';
import { sharedHttp } from '../../../src-main/feeds/shared-http.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../../src-main/net/http.ts';

interface Sent {
  readonly request: HttpRequest;
  readonly asked: Asking | undefined;
  answer(text: string): void;
  fail(thrown: Error): void;
}

/** Requests that the test answers; an aborted one fails as `cancelled`. */
function held(): { http: HttpClient; sent: Sent[] } {
  const sent: Sent[] = [];
  const http: HttpClient = {
    send: (request) =>
      new Promise<HttpResponse>((resolve, reject) => {
        const answer = (text: string) => resolve({ status: 200, headers: {}, text, tookMs: 1, receivedAt: unixMs(0) });
        sent.push({ request, asked: asking.getStore(), answer, fail: reject });
        request.signal?.addEventListener('abort', () =>
          reject(new FailureError(failure('cancelled', 'The request was cancelled.'))),
        );
      }),
  };
  return { http: sharedHttp(http), sent };
}

const url = 'https://api.example.org/v1/gex';
const kindOf = (thrown: unknown) => toFailure(thrown).kind;

it('two that ask for the same have one answer of one request; another address, method, body or key is another', async () => {
  const { http, sent } = held();
  const both = [http.send({ url }), http.send({ url })];
  expect(sent).toHaveLength(1);
  for (const other of [
    { url: `${url}?a` },
    { url, method: 'POST' },
    { url, body: 'b' },
    { url, headers: { k: '1' } },
  ]) {
    void http.send(other as HttpRequest);
  }
  expect(sent).toHaveLength(5);
  sent[0]!.answer('one');
  expect((await Promise.all(both)).map(({ text }) => text)).toEqual(['one', 'one']);
  void http.send({ url });
  expect(sent).toHaveLength(6);
});

it('one that goes away is told at once and leaves the request to the other; with the last it ends', async () => {
  const { http, sent } = held();
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
  const gone = http.send({ url, signal: first.signal }).catch(kindOf);
  const stays = http.send({ url, signal: second.signal });
  first.abort();
  expect(await gone).toBe('cancelled');
  expect(sent[0]!.request.signal?.aborted).toBe(false);
  sent[0]!.answer('one');
  expect((await stays).text).toBe('one');
  const alone = http.send({ url, signal: third.signal }).catch(kindOf);
  third.abort();
  expect(await alone).toBe('cancelled');
  expect(sent[1]!.request.signal?.aborted).toBe(true);
});

it('who asks just as the only other goes away has a request of its own', async () => {
  const { http, sent } = held();
  const first = new AbortController();
  const gone = http.send({ url, signal: first.signal }).catch(kindOf);
  first.abort();
  const own = http.send({ url });
  expect(await gone).toBe('cancelled');
  expect(sent).toHaveLength(2);
  sent[1]!.answer('own');
  expect((await own).text).toBe('own');
});

it('a failure is everybody’s', async () => {
  const { http, sent } = held();
  const both = [http.send({ url }).catch(kindOf), http.send({ url }).catch(kindOf)];
  sent[0]!.fail(new FailureError(failure('timeout', 'Late.')));
  expect(await Promise.all(both)).toEqual(['timeout', 'timeout']);
  expect(sent).toHaveLength(1);
});

it('a click that joined a background request which the reserve then holds back asks for itself', async () => {
  const { http, sent } = held();
  const [panel, click] = [question('background'), question('user')];
  const background = asking.run(panel, () => http.send({ url })).catch(kindOf);
  const users = asking.run(click, () => http.send({ url }));
  expect(sent).toHaveLength(1);
  sent[0]!.fail(new HeldBackError(failure('rate-limited', 'Kept for your own requests.')));
  expect(await background).toBe('rate-limited');
  expect(sent.map(({ asked }) => asked?.purpose)).toEqual(['background', 'user']);
  sent[1]!.answer('own');
  expect((await users).text).toBe('own');
  expect([panel.wasHeldBack, click.wasHeldBack]).toEqual([true, false]);
});

it('what an answer tells is told of the request that brought it, whoever reads it', async () => {
  const { http, sent } = held();
  const [first, joined] = [question('background'), question('background')];
  const both = [first, joined].map((asked) => asking.run(asked, () => http.send({ url })));
  sent[0]!.asked!.spend = 42;
  sent[0]!.answer('one');
  await Promise.all(both);
  expect([first.spend, joined.spend]).toEqual([42, 42]);
});
