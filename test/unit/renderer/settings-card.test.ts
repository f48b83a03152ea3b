// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderInfo } from '../../../src-main/contract/provider-status.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import ProviderCard from '../../../src-renderer/panels/settings/ProviderCard.svelte';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { binanceInfo, kingfisherInfo, sampleNow, startOf, statusOf } from './samples.ts';

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

test('a saved key is handed over, wiped from the field, and the market goes live', async () => {
  const { bridge, terminal } = open({ 'credential/keep': () => ({ kept: 'keychain', keychainProblem: null }) });
  type(keyField(), secret);
  await press('Save key');
  expect(bridge.argsOf('credential/keep')).toEqual([
    { provider: 'kingfisher', secret: { key: secret }, sessionOnly: false },
  ]);
  expect(keyField().value).toBe('');
  expect(document.body.innerHTML).not.toContain(secret);
  expect(shown()).toContain('Key kept in the system keychain');
  expect(shown()).toContain('Switched to live data.');
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
