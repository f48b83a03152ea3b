// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderInfo, ProviderTest } from '../../../src-main/contract/provider-status.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import ProviderCard from '../../../src-renderer/panels/settings/ProviderCard.svelte';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { budgetOf, ruleOf, stateOf } from './budget-samples.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { binanceInfo, kingfisherInfo, sampleNow, settingsOf, sourceOf, startOf, statusOf } from './samples.ts';

const secret = 'kf_live_do-not-show';
let close: (() => void) | null = null;
afterEach(() => {
  close?.();
  close = null;
  document.body.replaceChildren();
});

function open(handlers: Handlers, info: ProviderInfo = kingfisherInfo, start = startOf()) {
  const bridge = new FakeBridge({
    'app/start': () => start,
    'market/choose': (market) => ({ ...start.settings, market }),
    'candles/read': () => null,
    'provider/configure': ({ provider, settings }) => ({
      ...start.settings,
      providers: { ...start.settings.providers, [provider]: settings },
    }),
    ...handlers,
  });
  const terminal = new Terminal(connect(bridge), start, () => sampleNow);
  const card = mount(ProviderCard, { target: document.body, props: { terminal, info } });
  close = () => void unmount(card);
  flushSync();
  return { bridge, terminal };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
  flushSync();
};
const button = (text: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find((each) => each.textContent?.trim() === text);
  if (found === undefined) throw new Error(`There is no button ${text}.`);
  return found;
};
const press = async (text: string): Promise<void> => {
  button(text).click();
  await settled();
};
const keyField = (): HTMLInputElement => document.querySelector('input[type=password]')!;
const type = (input: HTMLInputElement, text: string): void => {
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
};
const shown = (): string => document.body.textContent ?? '';
const tidy = (selector: string): string =>
  (document.querySelector(selector)?.textContent ?? '').replace(/\s+/g, ' ').trim();
const outcome = (): string => tidy('.outcome');
const live = settingsOf({ market: 'live' });
const keptIn = (kept: 'keychain' | 'session', keychainProblem: string | null = null) => ({
  credential: { kept, keychainProblem },
});
const testOf = (more: Partial<ProviderTest> = {}): ProviderTest => ({
  at: sampleNow,
  host: 'api.kingfisher.example',
  tookMs: 212.4,
  text: 'Kingfisher answered with 40 levels.',
  limits: null,
  ...more,
});
const fact = (name: string): string | null => {
  const term = [...document.querySelectorAll('.outcome dt')].find((each) => each.textContent === name);
  return term?.nextElementSibling?.textContent?.replace(/\s+/g, ' ').trim() ?? null;
};

test('a saved key is handed over, wiped from the field, and the market goes live', async () => {
  const { bridge, terminal } = open({ 'credential/keep': () => ({ kept: 'keychain', keychainProblem: null }) });
  type(keyField(), secret);
  await press('Save key');
  expect(bridge.argsOf('credential/keep')).toEqual([
    { provider: 'kingfisher', secret: { key: secret }, sessionOnly: false },
  ]);
  expect(keyField().value).toBe('');
  expect(document.body.innerHTML).not.toContain(secret);
  expect(outcome()).toBe('Key kept in the system keychain. Switched to live data.');
  expect(tidy('.kept')).toBe('Key kept in the system keychain');
  expect(terminal.settings.market).toBe('live');
});

test('the key field never offers or remembers a key', () => {
  open(
    {},
    kingfisherInfo,
    startOf({ statuses: [statusOf('kingfisher', { credential: { kept: 'keychain', keychainProblem: null } })] }),
  );
  expect(keyField().value).toBe('');
  expect(keyField().getAttribute('autocomplete')).toBe('off');
  expect(shown()).toContain('Key kept in the system keychain');
});

test('without a keychain the session is an explicit choice, and the market stays until it is made', async () => {
  const { bridge, terminal } = open({
    'credential/keep': ({ sessionOnly }) => {
      if (!sessionOnly) throw new FailureError(failure('keychain', 'No keychain service is running.'));
      return { kept: 'session', keychainProblem: 'No keychain service is running.' };
    },
  });
  type(keyField(), secret);
  await press('Save key');
  expect(shown()).toContain('No keychain service is running.');
  expect(terminal.settings.market).toBe('simulated');
  await press('Keep for this session only');
  expect(bridge.argsOf('credential/keep').map(({ sessionOnly }) => sessionOnly)).toEqual([false, true]);
  expect(shown()).toContain('Key kept for this session only');
  expect(terminal.settings.market).toBe('live');
  expect(document.body.innerHTML).not.toContain(secret);
});

test('Test asks with the typed key and shows outcome, host, limit, calls left and reset', async () => {
  const { bridge } = open({
    'provider/test': () => ({
      at: sampleNow,
      host: 'api.kingfisher.example',
      tookMs: 212.4,
      text: 'Kingfisher answered with 40 levels.',
      limits: { limit: 100, remaining: 86, resetAt: unixMs(sampleNow + 3_600_000), seenAt: sampleNow },
    }),
  });
  expect(button('Test').disabled).toBe(true);
  type(keyField(), ` ${secret} `);
  await press('Test');
  expect(bridge.argsOf('provider/test')[0]?.secret).toEqual({ key: secret });
  for (const text of [
    'Kingfisher answered with 40 levels.',
    'api.kingfisher.example',
    '212 ms',
    '100 calls',
    '86',
    '2025-11-21 01:00 UTC',
  ]) {
    expect(shown()).toContain(text);
  }
});

test('Test without a typed key uses the kept one', async () => {
  const kept = statusOf('kingfisher', { credential: { kept: 'keychain', keychainProblem: null } });
  const { bridge } = open(
    {
      'provider/test': () => {
        throw new FailureError(failure('auth', 'Kingfisher refuses the key.'));
      },
    },
    kingfisherInfo,
    startOf({ statuses: [kept] }),
  );
  await press('Test');
  expect(bridge.argsOf('provider/test')[0]?.secret).toBeNull();
  expect(shown()).toContain('Kingfisher refuses the key.');
});

test('a bad address is said at its field', async () => {
  open({
    'provider/configure': () => {
      throw new FailureError(failure('bad-request', 'The address must start with https://.'));
    },
  });
  document.querySelector<HTMLInputElement>('input[value=custom]')!.click();
  await settled();
  const [address] = document.querySelectorAll<HTMLInputElement>('input[type=text]');
  type(address!, 'http://x');
  await press('Use this address');
  expect(address!.getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(address!.getAttribute('aria-describedby')!)?.textContent).toBe(
    'The address must start with https://.',
  );
});

test('Remove asks first', async () => {
  const kept = statusOf('kingfisher', { credential: { kept: 'keychain', keychainProblem: null } });
  const { bridge } = open(
    { 'credential/remove': () => ({ kept: 'none', keychainProblem: null }) },
    kingfisherInfo,
    startOf({ statuses: [kept] }),
  );
  await press('Remove…');
  expect(bridge.argsOf('credential/remove')).toHaveLength(0);
  await press('Remove key');
  expect(bridge.argsOf('credential/remove')).toEqual([{ provider: 'kingfisher' }]);
  expect(shown()).toContain('No key');
});

test('a keyless provider has no key field', () => {
  open({}, binanceInfo);
  expect(document.querySelector('input[type=password]')).toBeNull();
  expect(shown()).toContain('Needs no key.');
});

test('a key kept while live says no more than is known; the state line says that it is refused', async () => {
  const refused = {
    state: 'refused' as const,
    text: 'Kingfisher refused the key: API key is invalid or expired.',
    source: sourceOf('kingfisher', 'production'),
  };
  open(
    { 'credential/keep': () => ({ kept: 'keychain', keychainProblem: null }) },
    kingfisherInfo,
    startOf({ settings: live, statuses: [statusOf('kingfisher', refused)] }),
  );
  type(keyField(), secret);
  await press('Save key');
  expect(outcome()).toBe('Key kept in the system keychain. Live data is chosen.');
  expect(tidy('header')).toContain('key refused');
  expect(tidy('.status')).toContain(refused.text);
  expect(button('Retry').disabled).toBe(false);
});

test('in the simulated market the card says whose state it shows and that the host is not in use', () => {
  open({});
  expect(tidy('header')).toContain('polling');
  expect(tidy('header')).toContain('Kingfisher · SIMULATED');
  expect(tidy('.host')).toBe('https://api.kingfisher.example not in use: simulated market');
});

test('with live data from the production host the card carries no mark', () => {
  const statuses = [statusOf('kingfisher', { source: sourceOf('kingfisher', 'production') })];
  open({}, kingfisherInfo, startOf({ settings: live, statuses }));
  expect(tidy('header')).not.toContain('·');
  expect(tidy('.host')).toBe('https://api.kingfisher.example');
});

test('a stream that is live while REST is spent says so on the card', () => {
  const text = 'Kingfisher is streaming. Daily limit exceeded. Upgrade to Elite for unlimited requests.';
  open({}, kingfisherInfo, startOf({ statuses: [statusOf('kingfisher', { state: 'live', text })] }));
  expect(tidy('.status')).toBe(text);
});

test('the card says each limit as it stands, what is documented, and opens the plan', () => {
  const budgets = [budgetOf([stateOf(ruleOf(), 38)], { pausedUntil: unixMs(sampleNow + 45_000) })];
  const { terminal } = open({}, kingfisherInfo, startOf({ budgets }));
  expect(tidy('.rule')).toBe(
    '38 of 100 calls a day used, 62 left. Resets at 2025-11-21 12:00 UTC, in 12 h, as the provider says. The amount is the documented one. The last 10 are kept for your own clicks. Documented: 100 calls a day. The Pro plan has 100 calls a day.',
  );
  expect(shown()).toContain('Nothing is sent before 2025-11-21 00:00:45 UTC, in 45 s.');
  document.querySelector<HTMLElement>('[aria-label="Plan of Kingfisher"]')!.click();
  expect([terminal.plans.isOpen, terminal.plans.shown]).toEqual([true, 'kingfisher']);
});

test('before anything is counted, the card says what is documented, or that nothing is', () => {
  open({}, { ...kingfisherInfo, limits: [ruleOf()] }, startOf());
  expect(shown()).toContain('Documented: 100 calls a day. The Pro plan has 100 calls a day.');
});

test('a provider without a documented limit is said to have none', () => {
  open({}, binanceInfo, startOf());
  expect(shown()).toContain('Binance documents no limit, and its answers have told none.');
});

test.each([
  ['simulated', 'The address is kept; it is used with live data.'],
  ['live', 'The address is in use.'],
] as const)('a custom address applied in the %s market: %s', async (market, says) => {
  open({}, kingfisherInfo, startOf({ settings: settingsOf({ market }) }));
  document.querySelector<HTMLInputElement>('input[value=custom]')!.click();
  await settled();
  type(document.querySelector<HTMLInputElement>('input[type=text]')!, 'https://x.example/v1');
  await press('Use this address');
  expect(outcome()).toBe(says);
});

test('a plan that names no limit is said to name none, with no dash for what cannot be counted', async () => {
  const unlimited = { limit: null, remaining: null, resetAt: unixMs(sampleNow + 3_600_000), seenAt: sampleNow };
  let limits: ProviderTest['limits'] = unlimited;
  open({ 'provider/test': () => testOf({ limits }) });
  type(keyField(), secret);
  for (limits of [unlimited, null]) {
    await press('Test');
    expect(fact('Plan’s limit')).toBe('none named (unlimited plans name none)');
    expect(fact('Calls left')).toBeNull();
    expect(outcome()).not.toContain('—');
  }
});

test('a keyless provider is tested without a word about plans', async () => {
  open({ 'provider/test': () => testOf({ host: 'fapi.binance.example' }) }, binanceInfo);
  await press('Test');
  expect(fact('Host')).toBe('fapi.binance.example');
  expect(fact('Plan’s limit')).toBeNull();
});

test('a failing Test takes the place of the former outcome, and typing another key takes both away', async () => {
  let isGood = true;
  open({
    'provider/test': () => {
      if (isGood) return testOf();
      throw new FailureError(
        failure('rate-limited', 'Daily limit exceeded.', { retryAt: unixMs(sampleNow + 7_200_000) }),
      );
    },
  });
  type(keyField(), secret);
  await press('Test');
  expect(outcome()).toContain('40 levels');
  isGood = false;
  await press('Test');
  expect(outcome()).toBe('Daily limit exceeded. Try again in 2 h.');
  type(keyField(), 'kf_another');
  expect(outcome()).toBe('');
});

test('a key kept for the session says how long it stays, and one kept in the keychain later ends the problem', async () => {
  const locked = 'The system keychain is locked.';
  open(
    {
      'credential/keep': ({ sessionOnly }) =>
        sessionOnly ? { kept: 'session', keychainProblem: locked } : { kept: 'keychain', keychainProblem: null },
    },
    kingfisherInfo,
    startOf({
      settings: live,
      statuses: [statusOf('kingfisher', { credential: { kept: 'none', keychainProblem: locked } })],
    }),
  );
  expect(tidy('.problem')).toBe(
    `${locked} Halcyon never writes a key to a file. You can keep it in memory until you quit.`,
  );
  type(keyField(), secret);
  await press('Keep for this session only');
  expect(outcome()).toBe('Key kept for this session only. Live data is chosen.');
  expect(tidy('.problem')).toBe(
    `${locked} Halcyon never writes a key to a file; this one stays in memory until you quit.`,
  );
  type(keyField(), secret);
  await press('Save key');
  expect(outcome()).toBe('Key kept in the system keychain. Live data is chosen.');
  expect(document.querySelector('.problem')).toBeNull();
  expect(() => button('Keep for this session only')).toThrow();
});

test('a keychain that fails while a kept key is replaced or removed is said, too', async () => {
  const fails = (message: string) => (): never => {
    throw new FailureError(failure('keychain', message));
  };
  open(
    { 'credential/keep': fails('The keychain is locked.'), 'credential/remove': fails('The keychain is gone.') },
    kingfisherInfo,
    startOf({ settings: live, statuses: [statusOf('kingfisher', keptIn('keychain'))] }),
  );
  type(keyField(), secret);
  await press('Save key');
  expect(tidy('.problem')).toContain('The keychain is locked.');
  await press('Remove…');
  await press('Remove key');
  expect(outcome()).toBe('The keychain is gone.');
});
