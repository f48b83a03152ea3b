import { describe, expect, test, vi } from 'vitest';
import { toFailure, type Failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { HttpRequest, HttpResponse } from '../../../src-main/net/http.ts';
import { kingfisherLegacy } from '../../../src-main/providers/kingfisher-legacy.ts';
import { arrival, fakeContext, fixture, noSignal, type Reply } from './context.ts';

const login = 'someone@example.com';
const password = 'correct horse! battery';
const options = { exchange: 'binance', pair: '{asset}/USDT', type: 'all_leverage' };
const latest = fixture('kingfisher-legacy/latest-btc.inferred.json');
const isLogin = ({ url }: HttpRequest): boolean => url.endsWith('/api/auth/login');
const tokenIn = ({ headers }: HttpRequest): string => headers?.['authorization']?.replace('Bearer ', '') ?? '';
const failureOf = (promise: Promise<unknown>) =>
  promise.then((value) => expect.fail(`resolved to ${JSON.stringify(value)}`), toFailure) as Promise<Failure>;

/** Tokens `token-000001`, `token-000002` … of which `isTaken` says which ones still hold. */
function connected(
  isTaken: (token: string) => boolean = () => true,
  more: {
    refusal?: Reply;
    reply?: Reply;
    login?: (count: number) => Reply | Promise<Reply>;
    secret?: object | null;
  } = {},
) {
  let logins = 0;
  const fake = fakeContext('kingfisher-legacy', (request) => {
    if (isLogin(request)) {
      logins += 1;
      return more.login?.(logins) ?? JSON.stringify({ token: `token-00000${logins}` });
    }
    if (!isTaken(tokenIn(request))) return more.refusal ?? { status: 401, text: '{"message":"Unauthorized"}' };
    return more.reply ?? latest;
  });
  const secret = more.secret === undefined ? { login, password } : (more.secret as Record<string, string> | null);
  const client = kingfisherLegacy.connect({ ...fake.context, restUrl: 'https://dashboard.test', secret, options });
  const fetch = (signal = noSignal) => client.snapshots!['liquidation-profile']!('BTC', signal);
  const asked = () => fake.requests.map((request) => (isLogin(request) ? 'login' : tokenIn(request)));
  return { ...fake, client, fetch, asked };
}

describe('the token', () => {
  test('is asked for once and used for every question of the connection', async () => {
    const { fetch, client, asked } = connected();
    await fetch();
    await fetch();
    await client.profileAt!('BTC', unixMs(arrival - 1000), noSignal);
    expect(asked()).toEqual(['login', 'token-000001', 'token-000001', 'token-000001']);
  });

  test('is shared by questions at the same time: one login', async () => {
    const { fetch, asked } = connected();
    await Promise.all([fetch(), fetch(), fetch()]);
    expect(asked()).toEqual(['login', 'token-000001', 'token-000001', 'token-000001']);
  });

  test.each<[string, Reply]>([
    ['401', { status: 401, text: '' }],
    ['401 with a page', { status: 401, text: '<html></html>' }],
    ['403 that speaks of the token', { status: 403, text: '{"message":"jwt expired"}' }],
    ['403 with words alone', { status: 403, text: 'Invalid token' }],
  ])('is replaced silently when it is refused: %s', async (_, refusal) => {
    const { fetch, asked, rejected } = connected((token) => token !== 'token-000001', { refusal });
    expect((await fetch()).prices).toHaveLength(4);
    await fetch();
    expect(asked()).toEqual(['login', 'token-000001', 'login', 'token-000002', 'token-000002']);
    expect(rejected).toEqual([]);
  });

  test('is replaced at the map at a moment, too', async () => {
    const { client, asked } = connected((token) => token !== 'token-000001');
    await client.profileAt!('BTC', unixMs(arrival - 1000), noSignal);
    expect(asked()).toEqual(['login', 'token-000001', 'login', 'token-000002']);
  });

  test('refused to several questions at the same time is replaced by one login', async () => {
    const { fetch, asked } = connected((token) => token !== 'token-000001');
    await Promise.all([fetch(), fetch(), fetch()]);
    expect(asked().filter((what) => what === 'login')).toHaveLength(2);
    expect(asked().slice(-3)).toEqual(['token-000002', 'token-000002', 'token-000002']);
  });

  test('that somebody else has had replaced meanwhile costs no login', async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { requests, asked, context } = connected((token) => token !== 'token-000001');
    const { http } = context;
    const slow = kingfisherLegacy.connect({
      ...context,
      secret: { login, password },
      options,
      http: {
        // The answer to the first question arrives after everything else is done.
        send: async (request): Promise<HttpResponse> => {
          const response = await http.send(request);
          if (request.body?.includes('"ts"') && tokenIn(request) === 'token-000001') await gate;
          return response;
        },
      },
    });
    const late = slow.profileAt!('BTC', unixMs(arrival - 1000), noSignal);
    await vi.waitFor(() => expect(requests).toHaveLength(2));
    await slow.snapshots!['liquidation-profile']!('BTC', noSignal);
    open();
    await late;
    expect(asked()).toEqual(['login', 'token-000001', 'token-000001', 'login', 'token-000002', 'token-000002']);
  });

  test('refused again after a new login is a refused key; the next question starts from the login', async () => {
    const { fetch, asked, rejected } = connected(() => false);
    expect(await failureOf(fetch())).toMatchObject({
      kind: 'auth',
      retryAt: null,
      message:
        'Kingfisher legacy refused its own token right after a new login: Unauthorized. Check in Settings → Providers that this account has API access.',
    });
    expect(asked()).toEqual(['login', 'token-000001', 'login', 'token-000002']);
    expect(rejected).toEqual([]);
    await failureOf(fetch());
    expect(asked().slice(4)).toEqual(['login', 'token-000003', 'login', 'token-000004']);
  });

  test('refused, and then the login refused: a refused key', async () => {
    const { fetch, asked } = connected(() => false, {
      login: (count) => (count === 1 ? '{"token":"token-000001"}' : { status: 401, text: '' }),
    });
    expect(await failureOf(fetch())).toMatchObject({
      kind: 'auth',
      message:
        'Kingfisher legacy refused the login or the password. Enter them again in Settings → Providers; Halcyon does not use these again by itself.',
    });
    expect(asked()).toEqual(['login', 'token-000001', 'login']);
  });
});

describe('a login', () => {
  test.each<[string, Reply]>([
    ['401', { status: 401, text: '<html></html>' }],
    ['400', { status: 400, text: '{}' }],
    ['403', { status: 403, text: '{"message":"Forbidden"}' }],
    ['404 of the user', { status: 404, text: '{"message":"User not found"}' }],
    ['422', { status: 422, text: '{"error":{"message":"bad"}}' }],
    ['200 that says so', '{"success":false,"message":"Wrong password"}'],
  ])('refused with %s is a refused key', async (_, reply) => {
    const { fetch, asked, rejected } = connected(() => true, { login: () => reply });
    expect(await failureOf(fetch())).toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/^Kingfisher legacy refused the login or the password[:.]/) as string,
    });
    expect(asked()).toEqual(['login']);
    expect(rejected).toEqual([]);
  });

  test.each<[string, Reply, Partial<Failure>]>([
    ['403 of a plan', { status: 403, text: '{"message":"Your plan has no API"}' }, { kind: 'plan' }],
    ['404 of the address', { status: 404, text: '{"message":"Cannot POST"}' }, { kind: 'unsupported' }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '3' }, text: '' },
      { kind: 'rate-limited', retryAt: unixMs(arrival + 3000) },
    ],
    ['500', { status: 500, text: '' }, { kind: 'server' }],
  ])('answered with %s is no refused key', async (_, reply, expected) => {
    const { fetch, rejected } = connected(() => true, { login: () => reply });
    expect(await failureOf(fetch())).toMatchObject(expected);
    expect(rejected).toEqual([]);
  });

  test.each<[string, Reply, string, string]>([
    ['without a token', '{"ok":true,"user":{"id":7}}', '$.token', '{"ok":"(boolean)","user":"(object)"}'],
    ['with a token of null', '{"token":null}', '$.token', '{"token":"(object)"}'],
    ['with an empty token', '{"token":""}', '$.token', '{"token":"(string)"}'],
    ['with a token of two words', '{"token":"abc def-0123456789"}', '$.token', '{"token":"(string)"}'],
    ['with an endless token', JSON.stringify({ token: 'x'.repeat(9000) }), '$.token', '{"token":"(string)"}'],
    ['with the token elsewhere', '{"data":{"token":"eyJhbGciOi"}}', '$.token', '{"data":"(object)"}'],
    ['cut off', '{"token":"eyJhbGciOi', '$', '(20 characters, not kept: an answer to a login may hold a token)'],
    ['as bare text', '"eyJhbGciOi"', '$', '(12 characters, not kept: an answer to a login may hold a token)'],
    ['with nothing', '', '$', ''],
    ['with a page', '<html>Dashboard</html>', '$', '<html>Dashboard</html>'],
    ['with a page of 403', { status: 403, text: '<html>Checking</html>' }, '$', '<html>Checking</html>'],
    [
      'with status 302',
      { status: 302, headers: { location: '/' }, text: '{"token":"eyJhbGciOi"}' },
      '$',
      '{"token":"(string)"}',
    ],
  ])('answered %s is recorded once, without the secret it may hold', async (_, reply, path, text) => {
    const { fetch, rejected } = connected(() => true, { login: () => reply });
    const failed = await failureOf(fetch());
    expect(failed).toMatchObject({ kind: 'bad-response', path });
    expect(rejected).toMatchObject([{ endpoint: '/api/auth/login', path, text }]);
    expect(JSON.stringify([failed, rejected])).not.toMatch(/eyJhbGciOi|0123456789/);
  });

  test.each<[string, object | null]>([
    ['no key', null],
    ['no login', { password }],
    ['no password', { login, password: '' }],
    ['only white space', { login: ' ', password: '\n' }],
  ])('is not tried with %s', async (_, secret) => {
    const { fetch, requests } = connected(() => true, { secret });
    expect(await failureOf(fetch())).toMatchObject({
      kind: 'auth',
      message: 'Kingfisher legacy has no login and password yet. Add them in Settings → Providers.',
    });
    expect(requests).toEqual([]);
  });

  test('takes what copy-and-paste added off, but no space that may belong to the password', async () => {
    const { fetch, requests } = connected(() => true, { secret: { login: ' me \n', password: ' p ä&=\r\n' } });
    await fetch();
    expect(requests[0]!.body).toBe('login=me&password=+p+%C3%A4%26%3D');
  });

  test('goes on for the others when one gives up, and is aborted when all have', async () => {
    const answers: ((reply: Reply) => void)[] = [];
    const { fetch, requests, asked } = connected(() => true, {
      login: () => new Promise<Reply>((resolve) => answers.push(resolve)),
    });
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const one = failureOf(fetch(first.signal));
    const two = fetch(second.signal);
    first.abort();
    expect(await one).toMatchObject({ kind: 'cancelled' });
    expect(requests[0]!.signal!.aborted).toBe(false);
    answers[0]!('{"token":"token-000001"}');
    expect((await two).prices).toHaveLength(4);
    expect(asked()).toEqual(['login', 'token-000001']);

    const other = connected(() => true, { login: () => new Promise<Reply>(() => undefined) });
    const left = failureOf(other.fetch(third.signal));
    await vi.waitFor(() => expect(other.requests).toHaveLength(1));
    third.abort();
    expect(await left).toMatchObject({ kind: 'cancelled' });
    expect(other.requests[0]!.signal!.aborted).toBe(true);
    void other.fetch().catch(() => undefined);
    await vi.waitFor(() => expect(other.asked()).toEqual(['login', 'login']));
    expect(await failureOf(other.fetch(third.signal))).toMatchObject({ kind: 'cancelled' });
  });

  test('that failed is tried anew by the next question, and all who waited are told of it', async () => {
    const { fetch, asked } = connected(() => true, {
      login: (count) => (count === 1 ? { status: 500, text: '' } : '{"token":"token-000002"}'),
    });
    const failures = await Promise.all([failureOf(fetch()), failureOf(fetch())]);
    expect(failures).toMatchObject([{ kind: 'server' }, { kind: 'server' }]);
    await fetch();
    expect(asked()).toEqual(['login', 'login', 'token-000002']);
  });
});

describe('login, password and token', () => {
  const form = 'correct+horse%21+battery';
  const echo = `"${login} ${password} ${form} ${encodeURIComponent(password)} token-000001"`;
  const secrets = /someone|horse|battery|token-00000/;

  test.each<[string, Reply]>([
    ['a map', `{"result":{"data":{},"echo":${echo}}}`],
    ['a map by names', `{"result":{"data":{${echo}:null}}}`],
    ['no JSON', `{"echo":${echo}`],
    ['a page', `<html>${echo}</html>`],
    ['400', { status: 400, text: `{"message":${echo}}` }],
    ['500', { status: 500, text: `${echo}` }],
    ['418', { status: 418, text: `${echo}` }],
  ])('echoed by %s are in nothing that is kept or shown', async (_, reply) => {
    const { fetch, rejected } = connected(() => true, { reply });
    const outcome = await fetch().catch(toFailure);
    expect(JSON.stringify([outcome, rejected])).toContain('•••');
    expect(JSON.stringify([outcome, rejected])).not.toMatch(secrets);
  });

  test('echoed by a refusal are not shown', async () => {
    const text = `{"message":${echo.replace('token-000001', 'token-000002')}}`;
    const refused = connected(() => false, { refusal: { status: 401, text } });
    const failed = await failureOf(refused.fetch());
    expect(failed.message).toContain('•••');
    expect(JSON.stringify(failed)).not.toMatch(secrets);
    const noLogin = connected(() => true, { login: () => ({ status: 401, text: `{"message":${echo}}` }) });
    expect(JSON.stringify(await failureOf(noLogin.fetch()))).not.toMatch(/someone|horse|battery/);
  });

  test('a short password is cut out of the answer to its login', async () => {
    const secret = { login: 'me', password: 'pw9' };
    const { fetch } = connected(() => true, { secret, login: () => ({ status: 500, text: '{"message":"got pw9"}' }) });
    const failed = await failureOf(fetch());
    expect(failed.message).toBe('Kingfisher legacy has a problem on its side (status 500): got •••.');
    expect(failed.detail).not.toContain('pw9');
  });

  test('a password of digits does not spoil the numbers of a map', async () => {
    const { fetch } = connected(() => true, {
      secret: { login, password: '640001' },
      reply: '{"result":{"data":{"a":[[640001.5],[0.640001]]}}}',
    });
    expect(await fetch()).toMatchObject({
      prices: new Float64Array([640001.5]),
      amounts: new Float64Array([0.640001]),
    });
  });
});
