import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure, FailureError, toFailure } from '../../../src-main/contract/failure.ts';
import { defaultReserve, noOverride, type LimitRule } from '../../../src-main/contract/limits.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey, type Source } from '../../../src-main/contract/source.ts';
import type { Budget } from '../../../src-main/feeds/budget.ts';
import { accountOf, Budgets } from '../../../src-main/feeds/budgets.ts';
import { HeldBackError } from '../../../src-main/feeds/charge.ts';
import { countedHttp } from '../../../src-main/feeds/counted-http.ts';
import { asking, question, type Purpose } from '../../../src-main/feeds/purpose.ts';
import { UnsentError } from '../../../src-main/net/connection-failure.ts';
import type { HttpRequest } from '../../../src-main/net/http.ts';
import { dayRule, FakeProvider, feedTools, source } from './fakes.ts';

const day: LimitRule = { ...dayRule, amount: 12 };
const burst: LimitRule = { ...dayRule, id: 'burst', amount: 2, windowMs: 1_000, window: 'rolling', told: false };
const request = { url: new URL('https://api.example.org/v1/gex'), method: 'GET', body: null } as const;
const key = { name: 'apiKey', label: 'API key', secret: true };

let tools: ReturnType<typeof feedTools>;
let provider: FakeProvider;
const date = (): string => new Date(Date.now()).toUTCString();
const budgetOf = (from: Source = source, secret: Record<string, string> | null = null): Budget =>
  tools.budgets.of(provider, from, secret);
const limited = (...limits: LimitRule[]): void => void Object.assign(provider.info, { limits });
const restarted = (): void => void (tools = { ...tools, budgets: new Budgets(tools) });
const used = (budget: Budget) => budget.state().rules.map((rule) => rule.used);
const kept = (account = '') => tools.store.spends.since(sourceKey(source), account, unixMs(0));

async function spend(budget: Budget, times: number, purpose: Purpose = 'user'): Promise<void> {
  for (let n = 0; n < times; n++) (await budget.charge(request, purpose, undefined)).answered(date());
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 12) });
  tools = feedTools();
  provider = new FakeProvider({ credential: [key] });
  limited(day);
});
afterEach(() => {
  tools.end();
  vi.useRealTimers();
});

describe('a budget', () => {
  it('counts before it lets go, and a restart in between forgets nothing', async () => {
    await spend(budgetOf(), 2);
    await budgetOf().charge(request, 'user', undefined);
    expect(
      kept()
        .map(({ isOpen }) => isOpen)
        .toSorted(),
    ).toEqual([false, false, true]);
    restarted();
    expect(used(budgetOf())).toEqual([3]);
  });

  it('keeps the reserve for the user, and refuses even the user when nothing is left, in a sentence', async () => {
    const budget = budgetOf();
    await spend(budget, 2, 'background');
    const refused = await budget.charge(request, 'background', undefined).catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(HeldBackError);
    expect(toFailure(refused)).toMatchObject({
      kind: 'rate-limited',
      message: 'Kingfisher: Only 10 calls are left until the limit resets; they are kept for your own requests.',
      retryAt: Date.UTC(2026, 10, 22),
    });
    expect(budget.refusal({ day: 1 }, 'archive')?.kind).toBe('rate-limited');
    await spend(budget, defaultReserve);
    expect(budget.refusal({ day: 1 }, 'user')?.message).toBe('Kingfisher: No calls are left until the limit resets.');
    await expect(budget.charge(request, 'user', undefined)).rejects.toThrow('No calls are left');
    expect(kept()).toHaveLength(12);
  });

  it('lets one go at a time until the first was answered, lost, or given back', async () => {
    const budget = budgetOf();
    const gone: string[] = [];
    const ask = (name: string, signal?: AbortSignal) =>
      budget.charge(request, 'user', signal).then((charge) => (gone.push(name), charge));
    const first = await ask('first');
    const abort = new AbortController();
    const unwanted = ask('unwanted', abort.signal).catch((thrown: unknown) => toFailure(thrown).kind);
    const [second, third, fourth] = [ask('second'), ask('third'), ask('fourth')];
    abort.abort();
    expect(await unwanted).toBe('cancelled');
    expect(gone).toEqual(['first']);
    first.lost();
    (await second).giveBack();
    expect(gone).toEqual(['first', 'second']);
    (await third).answered(date());
    await fourth;
    await ask('fifth');
    expect(gone).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
    expect(kept()).toHaveLength(4);
  });

  it('waits a moment for a short window, and is refused in the end what is more than it holds', async () => {
    vi.useRealTimers();
    limited({ ...burst, windowMs: 60 });
    let waited = 0;
    tools = { ...tools, budgets: new Budgets({ ...tools, elapsed: () => performance.now() + waited }) };
    const budget = budgetOf();
    for (let n = 0; n < 2; n++) (await budget.charge(request, 'user', undefined)).answered(undefined);
    const from = Date.now();
    await budget.charge(request, 'background', undefined);
    expect(Date.now() - from).toBeGreaterThanOrEqual(50);
    budget.override = { ...noOverride, amounts: { burst: 0 } };
    const never = budget.charge(request, 'user', undefined).catch((thrown: unknown) => toFailure(thrown).message);
    waited = 11_000;
    expect(await never).toBe('Kingfisher: The limit of calls a day is reached for a moment.');
  });

  it('what the disk did not take is written when it takes something again', async () => {
    const { add } = tools.store.spends;
    tools.store.spends.add = () => {
      throw new FailureError(failure('store', 'The disk is full.'));
    };
    const budget = budgetOf();
    await spend(budget, 3);
    const open = await budget.charge(request, 'user', undefined);
    const given = await budget.charge(request, 'user', undefined);
    given.giveBack();
    expect(kept()).toEqual([]);
    expect(used(budget)).toEqual([4]);
    tools.store.spends.add = add;
    await spend(budget, 1);
    expect(
      kept()
        .map(({ isOpen }) => isOpen)
        .toSorted(),
    ).toEqual([false, false, false, false, true]);
    open.answered(date());
    expect(kept().every(({ isOpen }) => !isOpen)).toBe(true);
    restarted();
    expect(used(budgetOf())).toEqual([5]);
  });

  it('keeps no time but a server’s own: a wall that is ahead is not remembered', async () => {
    const now = Date.now();
    vi.setSystemTime(now + 400 * 86_400_000);
    const charge = await budgetOf().charge(request, 'user', undefined);
    expect(tools.store.clock.read()).toBe(null);
    charge.answered(new Date(now).toUTCString());
    expect(tools.store.clock.read()).toBe(now);
  });

  it.each(['simulated', 'custom'] as const)(
    'a %s server’s time deletes no spends and is not remembered',
    async (environment) => {
      await spend(budgetOf(), 3);
      const other = tools.budgets.of(provider, { ...source, environment }, null);
      (await other.charge(request, 'user', undefined)).answered(new Date(Date.now() + 9 * 86_400_000).toUTCString());
      expect(kept()).toHaveLength(3);
      expect(tools.store.clock.read()).toBeLessThanOrEqual(Date.now());
    },
  );

  it('the simulated market leaves no spends behind', async () => {
    const simulated = { ...source, environment: 'simulated', host: '' } as const;
    const budget = tools.budgets.of(provider, simulated, null);
    await spend(budget, 3);
    expect(used(budget)).toEqual([3]);
    expect(tools.store.spends.since(sourceKey(simulated), '', unixMs(0))).toEqual([]);
  });
});

describe('budgets', () => {
  it('keep accounts of one source apart; the former key has its count still, also after a restart', async () => {
    await spend(budgetOf(source, { apiKey: 'one' }), 3);
    await spend(budgetOf(source, { apiKey: 'two' }), 1);
    const counts = () => ['one', 'two', 'three'].map((apiKey) => used(budgetOf(source, { apiKey }))[0]);
    expect(counts()).toEqual([3, 1, 0]);
    restarted();
    expect(counts()).toEqual([3, 1, 0]);
    expect(budgetOf(source, { apiKey: 'one' })).toBe(budgetOf(source, { apiKey: 'one' }));
  });

  it('name an account by eight digits that hold nothing of its key; by the login alone where there is a password', () => {
    const secret = 'kf_live_0123456789abcdef';
    const account = accountOf(provider, { apiKey: secret });
    expect(account).toMatch(/^[0-9a-f]{8}$/);
    expect(secret).not.toContain(account);
    const login = new FakeProvider({
      credential: [
        { name: 'login', label: 'Login', secret: false },
        { name: 'password', label: 'Password', secret: true },
      ],
    });
    const of = (login_: string, password: string) => accountOf(login, { login: login_, password });
    expect(of('me', 'one')).toBe(of('me', 'two'));
    expect(of('me', 'one')).not.toBe(of('you', 'one'));
    expect(accountOf(provider, null)).toBe('');
  });

  it('tell every budget the user’s word, also those that come later', () => {
    const before = budgetOf();
    tools.budgets.overrides = { kingfisher: { ...noOverride, amounts: { day: 500 } } };
    const amounts = [before, budgetOf({ ...source, host: 'other.example.org' })].map(
      (budget) => budget.state().rules[0]?.amount,
    );
    expect(amounts).toEqual([500, 500]);
    tools.budgets.overrides = {};
    expect(before.state().rules[0]?.amount).toBe(12);
  });
});

describe('a counted request', () => {
  const send = (request: Partial<HttpRequest> = {}, purpose: Purpose = 'user', run?: () => Promise<never>) => {
    const asked = question(purpose);
    const http = countedHttp(source, budgetOf(), run ? { ...tools, http: { send: run } } : tools);
    const done = asking.run(asked, () => http.send({ url: 'https://api.example.org/v1/gex?a=1', ...request }));
    return { asked, done };
  };
  const lines = () => tools.store.requests.page({ provider: null, before: null, limit: 10 });

  it('leaves a line with what it was charged and for whom', async () => {
    const { asked, done } = send();
    await done;
    await send({}, 'archive').done;
    expect(lines().map(({ endpoint, charged, purpose, status }) => [endpoint, charged, purpose, status])).toEqual([
      ['/v1/gex?a=1', 1, 'background', 200],
      ['/v1/gex?a=1', 1, 'user', 200],
    ]);
    expect(asked).toMatchObject({ sent: 1, spend: kept()[0]!.id });
  });

  it('is free when it never left, and counts when nobody knows', async () => {
    const reason = failure('offline', 'No connection.');
    await expect(send({}, 'user', () => Promise.reject(new UnsentError(reason))).done).rejects.toThrow(
      'No connection.',
    );
    expect([kept().length, used(budgetOf())[0], lines()[0]?.charged]).toEqual([0, 0, 0]);
    await expect(send({}, 'user', () => Promise.reject(new FailureError(reason))).done).rejects.toThrow();
    expect([kept().length, used(budgetOf())[0], lines()[0]?.charged]).toEqual([1, 1, 1]);
    restarted();
    expect(used(budgetOf())).toEqual([1]);
  });

  it('that is not wanted any more when its turn comes is not sent and costs nothing', async () => {
    const abort = new AbortController();
    const sent: string[] = [];
    const { done } = send(
      { signal: abort.signal },
      'user',
      () => (sent.push('sent'), Promise.reject(new Error('sent'))),
    );
    abort.abort();
    expect(await done.catch((thrown: unknown) => toFailure(thrown).kind)).toBe('cancelled');
    expect([sent.length, kept().length, used(budgetOf())[0]]).toEqual([0, 0, 0]);
  });
});
