import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Notice } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderStateKind, ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { Outages } from '../../../src-main/feeds/outages.ts';

let notices: Notice[];
let outages: Outages;
const told = (id: ProviderId, state: ProviderStateKind, text = `${id} is ${state}.`) =>
  outages.told({ id, state, text } as ProviderStatus);
const shown = () => notices.map(({ id, text, resolved }) => (resolved ? `${id} over` : `${id}: ${text}`));

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  notices = [];
  outages = new Outages({
    nameOf: (id) => id,
    notice: (notice) => notices.push(notice),
    now: () => unixMs(Date.now()),
  });
});
afterEach(() => vi.useRealTimers());

it('what is over within three seconds is no outage; what lasts is one notice, over once', async () => {
  told('okx', 'offline');
  await vi.advanceTimersByTimeAsync(2_900);
  told('okx', 'polling');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(notices).toEqual([]);
  const since = Date.now();
  told('okx', 'offline');
  for (let n = 0; n < 100; n++) {
    await vi.advanceTimersByTimeAsync(1_000);
    told('okx', n % 2 === 0 ? 'connecting' : 'offline');
  }
  expect(shown()).toEqual(['outage-okx: okx is offline.']);
  expect(notices[0]).toMatchObject({ at: since, level: 'warning' });
  told('okx', 'live');
  told('okx', 'live');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shown().slice(1)).toEqual(['outage-okx over']);
  expect(notices.at(-1)?.text).toBe('okx answers again.');
});

it('updates its one notice when the reason changes', async () => {
  told('okx', 'error', 'Status 500.');
  await vi.advanceTimersByTimeAsync(3_000);
  told('okx', 'limited', 'Slow down.');
  await vi.advanceTimersByTimeAsync(0);
  told('okx', 'limited', 'Slow down.');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shown()).toEqual(['outage-okx: Status 500.', 'outage-okx: Slow down.']);
});

it('a network that is away is one outage, and ends as one', async () => {
  told('okx', 'offline');
  await vi.advanceTimersByTimeAsync(3_000);
  told('bybit', 'offline');
  told('kaiko', 'refused');
  await vi.advanceTimersByTimeAsync(6_000);
  const text = 'okx and bybit cannot be reached. What is cached stays, with its age; each is tried again by itself.';
  expect(shown()).toEqual([
    'outage-okx: okx is offline.',
    'outage-okx over',
    `outage-network: ${text}`,
    'outage-kaiko: kaiko is refused.',
  ]);
  expect(notices.at(-1)?.level).toBe('error');
  told('okx', 'live');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown().slice(4)).toEqual(['outage-network over', 'outage-bybit: bybit is offline.']);
  told('bybit', 'live');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown().slice(6)).toEqual(['outage-bybit over']);
});

it('one that is not used any more, or was taken down, is no outage', async () => {
  told('okx', 'offline');
  outages.unused('okx');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(notices).toEqual([]);
  told('okx', 'offline');
  await vi.advanceTimersByTimeAsync(3_000);
  outages.unused('okx');
  outages.unused('bybit');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shown()).toEqual(['outage-okx: okx is offline.', 'outage-okx over']);
});

it('ends all at the end, and leaves no timer', async () => {
  told('okx', 'offline');
  await vi.advanceTimersByTimeAsync(3_000);
  told('bybit', 'error');
  outages.clear();
  expect(shown()).toEqual(['outage-okx: okx is offline.', 'outage-okx over']);
  expect(vi.getTimerCount()).toBe(0);
});
