// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import type { Notice } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import NoticeList from '../../../src-renderer/panels/NoticeList.svelte';
import { spokenAnew } from '../../../src-renderer/panels/parts/notice-voice.ts';
import NoticeVoice from '../../../src-renderer/panels/parts/NoticeVoice.svelte';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import { sampleNow, startOf } from './samples.ts';

let closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes) close();
  closes = [];
  document.body.replaceChildren();
});

const notice = (id: string, second: number, more: Partial<Notice> = {}): Notice => ({
  id,
  level: 'warning',
  text: `${id} is away, next try at ${second}.`,
  at: unixMs(sampleNow + second * 1000),
  resolved: false,
  ...more,
});

function open() {
  const terminal = new Terminal(connect(new FakeBridge()), startOf(), () => sampleNow);
  const accept = (...given: Parameters<typeof notice>): void => {
    terminal.notices.accept(notice(...given));
    flushSync();
  };
  accept('binance', 1);
  accept('kaiko', 2);
  const list = mount(NoticeList, { target: document.body, props: { terminal, onclose: () => undefined } });
  const voice = mount(NoticeVoice, { target: document.body, props: { terminal } });
  closes = [() => void unmount(list), () => void unmount(voice)];
  flushSync();
  return { accept };
}

const items = (): HTMLElement[] => [...document.querySelectorAll('li')];
const ids = (): (string | undefined)[] => items().map((item) => /(\w+) is away/.exec(item.textContent ?? '')?.[1]);
const spoken = (): string => document.querySelector('[aria-live]')?.textContent ?? '';

test('an outage that is updated each second stays in its place, keeps the focus, and is spoken once', () => {
  const { accept } = open();
  expect(ids()).toEqual(['kaiko', 'binance']);
  const before = items();
  const dismiss = before[1]!.querySelector('button')!;
  dismiss.focus();
  const first = spoken();
  expect(first).toBe('kaiko is away, next try at 2. binance is away, next try at 1.');
  for (let second = 3; second < 60; second += 1) accept('binance', second);
  expect(ids()).toEqual(['kaiko', 'binance']);
  expect(items()).toEqual(before);
  expect(document.activeElement).toBe(dismiss);
  expect(items()[1]!.textContent).toContain('binance is away, next try at 59.');
  expect(spoken()).toBe(first);
});

test('another outage comes on top and is spoken alone; one that is over can be spoken again', () => {
  const { accept } = open();
  accept('okx', 5);
  expect(ids()).toEqual(['okx', 'kaiko', 'binance']);
  expect(spoken()).toBe('okx is away, next try at 5.');
  accept('okx', 6, { resolved: true });
  expect(ids()).toEqual(['kaiko', 'binance']);
  accept('okx', 9);
  expect(spoken()).toBe('okx is away, next try at 9.');
});

test('a notice that becomes graver is spoken once more, one that becomes lighter is not', () => {
  const first = spokenAnew([notice('a', 1)], new Map());
  const graver = spokenAnew([notice('a', 2, { level: 'error' })], first.spoken);
  const lighter = spokenAnew([notice('a', 3)], graver.spoken);
  const again = spokenAnew([notice('a', 4, { level: 'error' })], lighter.spoken);
  expect([first.text, graver.text, lighter.text, again.text]).toEqual([
    'a is away, next try at 1.',
    'a is away, next try at 2.',
    '',
    '',
  ]);
});
