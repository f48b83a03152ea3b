// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { keepEverything } from '../../../src-main/contract/keeping.ts';
import type {
  KeptRows,
  Retention,
  RetentionPreview,
  StoreJob,
  StoreState,
} from '../../../src-main/contract/keeping.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import DataTab from '../../../src-renderer/panels/settings/DataTab.svelte';
import {
  daysProblem,
  draftOf,
  emptyPin,
  gigabytesProblem,
  pinOf,
  retentionOf,
} from '../../../src-renderer/panels/settings/data/retention-draft.ts';
import { Keeping } from '../../../src-renderer/state/keeping.svelte.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { sampleNow, settingsOf, startOf } from './samples.ts';

let close: (() => void) | null = null;
afterEach(() => {
  close?.();
  close = null;
  document.body.replaceChildren();
});

const day = 86_400_000;
const kept: readonly KeptRows[] = [
  { thing: 'snapshots', rows: 412_310, bytes: 3_204_112_000, oldest: unixMs(sampleNow - 212 * day) },
  { thing: 'rejected', rows: 0, bytes: 0, oldest: null },
];
const stateOf = (more: Partial<StoreState> = {}): StoreState => ({
  file: '/home/trader/halcyon.db',
  bytes: 3_412_992_000,
  kept,
  freeBytes: 48_112_992_000,
  checkedAt: null,
  backedUpAt: unixMs(sampleNow - day),
  ...more,
});
const gone: RetentionPreview = {
  gone: [
    { thing: 'snapshots', rows: 1_204, bytes: 1_070_000_000, oldest: unixMs(sampleNow - 212 * day) },
    { thing: 'candles', rows: 1, bytes: 64, oldest: unixMs(sampleNow - 400 * day) },
    { thing: 'rejected', rows: 0, bytes: 0, oldest: null },
  ],
  before: unixMs(sampleNow - 90 * day),
  bytesBefore: 3_412_992_000,
  bytesAfter: 2_342_992_000,
  keptByPins: 12,
};
const nothing: RetentionPreview = { ...gone, gone: [], before: null, bytesAfter: 3_412_992_000, keptByPins: 0 };

const words = (element: Element | null | undefined): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 14; turn += 1) await Promise.resolve();
  flushSync();
};
const find = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll('button')].find(
    (each) => words(each) === name || each.getAttribute('aria-label') === name,
  );
const press = async (name: string): Promise<void> => {
  const button = find(name);
  if (button === undefined) throw new Error(`There is no button ${name}.`);
  button.click();
  await settled();
};
const type = (label: string, text: string): void => {
  const found = [...document.querySelectorAll('label')].find((each) => words(each) === label);
  const input = document.getElementById(found?.htmlFor ?? '') as HTMLInputElement | null;
  if (input === null) throw new Error(`There is no field ${label}.`);
  input.value = text;
  input.dispatchEvent(new Event(input instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
  flushSync();
};
const region = (name: string): Element | null => document.querySelector(`[aria-label="${name}"]`);
const table = (name: string): string[][] =>
  [...(region(name)?.querySelectorAll('tbody tr') ?? [])].map((row) => [...row.querySelectorAll('th, td')].map(words));
const outcome = (section: string): string => words(region(section)?.querySelector('.outcome'));

async function open(handlers: Handlers = {}, retention: Retention = keepEverything) {
  const start = startOf({ settings: settingsOf({ retention }) });
  const bridge = new FakeBridge({
    'store/state': () => stateOf(),
    'settings/change': () => start.settings,
    ...handlers,
  });
  const client = connect(bridge);
  const terminal = new Terminal(client, start, () => sampleNow);
  const accepted: Retention[] = [];
  const keeping = new Keeping(client, (settings) => accepted.push(settings.retention));
  const tab = mount(DataTab, { target: document.body, props: { terminal, keeping } });
  close = () => void unmount(tab);
  flushSync();
  await settled();
  const send = (job: Partial<StoreJob>): void => {
    keeping.acceptJob({ name: 'backup', state: 'running', done: 0, text: '', at: sampleNow, ...job });
    flushSync();
  };
  return { bridge, keeping, accepted, send };
}

test('the database is told by file, size, free disk, check, back-up, and what is in it', async () => {
  await open();
  const facts = [...document.querySelectorAll('dl > *')].map(words);
  expect(facts).toEqual([
    'File',
    '/home/trader/halcyon.db',
    'Size',
    '3.41 GB',
    'Free on the disk',
    '48.1 GB',
    'Last whole check',
    'never',
    'Last back-up',
    '2025-11-20 00:00 UTC',
  ]);
  expect(document.querySelector('dd[title]')?.getAttribute('title')).toBe('3,412,992,000 bytes');
  expect(table('What is kept')).toEqual([
    ['Maps, gamma and other snapshots', '412,310', '3.2 GB', '2025-04-23 00:00 UTC'],
    ['Payloads that could not be read', '0', '0 B', '—'],
  ]);
});

test('a database that cannot be read says why, and can be tried again', async () => {
  let isBroken = true;
  await open({
    'store/state': () => {
      if (isBroken) throw new FailureError(failure('store', 'The disk does not answer.'));
      return stateOf();
    },
  });
  expect(words(document.querySelector('.trouble p'))).toBe('Database: The disk does not answer.');
  isBroken = false;
  await press('Retry database');
  expect(document.querySelector('.trouble')).toBeNull();
  expect(words(document.querySelector('dd'))).toBe('/home/trader/halcyon.db');
});

describe('a retention', () => {
  test('deletes nothing before it was previewed and confirmed', async () => {
    const { bridge, accepted } = await open({
      'retention/preview': () => gone,
      'retention/apply': (retention) => settingsOf({ retention }),
    });
    type('Greatest age, days', '90');
    await press('Preview and save…');
    const wanted = { maxAgeDays: 90, maxBytes: null, pinned: [] };
    expect(bridge.argsOf('retention/preview')).toEqual([wanted]);
    expect(bridge.argsOf('retention/apply')).toEqual([]);
    expect(table('What would be deleted')).toEqual([
      ['Maps, gamma and other snapshots', '1,204', '1.07 GB', '2025-04-23 00:00 UTC'],
      ['Candles', '1', '64 B', '2024-10-17 00:00 UTC'],
    ]);
    const said = [...(region('What would be deleted')?.querySelectorAll(':scope > p') ?? [])].map(words);
    expect(said).toEqual([
      '1,205 rows from before 2025-08-23 00:00 UTC would be deleted. This cannot be undone.',
      'The database would shrink from 3.41 GB to about 2.34 GB (estimated). 12 older rows stay, because a pinned range holds them.',
    ]);
    await press('Save and delete 1,205 rows');
    expect(bridge.argsOf('retention/apply')).toEqual([wanted]);
    expect(accepted).toEqual([wanted]);
    expect(outcome('How long it is kept')).toBe('Saved. What it says is deleted.');
  });

  test('that was edited after its preview has to be previewed again', async () => {
    await open({ 'retention/preview': () => gone });
    type('Greatest age, days', '90');
    await press('Preview and save…');
    type('Greatest age, days', '30');
    expect(region('What would be deleted')).toBeNull();
    expect(find('Save and delete 1,205 rows')).toBeUndefined();
  });

  test('a preview that comes after another edit is dropped', async () => {
    let give: (preview: RetentionPreview) => void = () => undefined;
    await open({ 'retention/preview': () => new Promise((resolve) => (give = resolve)) });
    type('Greatest age, days', '90');
    await press('Preview and save…');
    type('Greatest age, days', '9');
    give(gone);
    await settled();
    expect(region('What would be deleted')).toBeNull();
  });

  test('can be left as it was', async () => {
    const { bridge } = await open({ 'retention/preview': () => gone });
    type('Greatest size of the database, GB', '2.5');
    await press('Preview and save…');
    expect(bridge.argsOf('retention/preview')).toEqual([{ maxAgeDays: null, maxBytes: 2_500_000_000, pinned: [] }]);
    await press('Leave it as it was');
    expect(bridge.argsOf('retention/apply')).toEqual([]);
    expect(find('Preview')).toBeDefined();
  });

  test('a failure of the preview is said, and nothing can be confirmed', async () => {
    await open({
      'retention/preview': () => {
        throw new FailureError(failure('store', 'The database is locked.'));
      },
    });
    type('Greatest age, days', '90');
    await press('Preview and save…');
    expect(outcome('How long it is kept')).toBe('The database is locked.');
    expect(region('What would be deleted')).toBeNull();
  });

  test('a pinned range is added, saved by the same way, and removed', async () => {
    const { bridge } = await open({
      'retention/preview': () => nothing,
      'retention/apply': (retention) => settingsOf({ retention }),
    });
    type('Asset', 'BTC');
    type('From (UTC)', '2025-10-10T00:00');
    type('To (UTC)', '2025-10-12T00:00');
    type('Label (optional)', ' The crash ');
    await press('Pin');
    expect(words(document.querySelector('ul[aria-label="Pinned ranges"] li'))).toBe(
      'BTC, 2025-10-10 00:00 UTC to 2025-10-12 00:00 UTC The crash Remove',
    );
    await press('Preview and save…');
    expect(words(region('What would be deleted')?.querySelector('p'))).toBe(
      'Nothing would be deleted now. No older row is kept by a pinned range.',
    );
    await press('Save');
    const from = Date.UTC(2025, 9, 10);
    const pinned = [{ asset: 'BTC', from, to: from + 2 * day, label: 'The crash' }];
    expect(bridge.argsOf('retention/apply')).toEqual([{ maxAgeDays: null, maxBytes: null, pinned }]);
  });

  test('a pinned range that is none says why', async () => {
    await open();
    await press('Pin');
    expect(words(document.querySelector('[role=alert]'))).toBe('Give the moment at which the range begins.');
  });

  test('removing a pinned range changes the draft alone', async () => {
    const range = { asset: null, from: unixMs(0), to: unixMs(day), label: '' };
    const { bridge } = await open({}, { ...keepEverything, pinned: [range] });
    await press('Remove: All assets, 1970-01-01 00:00 UTC to 1970-01-02 00:00 UTC');
    expect(document.querySelector('ul[aria-label="Pinned ranges"]')).toBeNull();
    expect(bridge.argsOf('retention/apply')).toEqual([]);
    await press('Discard the changes');
    expect(document.querySelectorAll('ul[aria-label="Pinned ranges"] li').length).toBe(1);
  });
});

test('what may be typed is bounded, and what is saved reads back the same', () => {
  expect(['', ' ', '1', '36500'].map(daysProblem)).toEqual([null, null, null, null]);
  const days = 'Give a whole number of days from 1 to 36,500, or leave it empty.';
  expect(['0', '1.5', '36501', 'x', '-3'].map(daysProblem)).toEqual([days, days, days, days, days]);
  expect(['', '0.05', '100000'].map(gigabytesProblem)).toEqual([null, null, null]);
  const size = 'Give a size from 0.05 to 100,000 GB, or leave it empty.';
  expect(['0.04', 'Infinity', 'a'].map(gigabytesProblem)).toEqual([size, size, size]);
  const retention: Retention = { maxAgeDays: 30, maxBytes: 1_500_000_000, pinned: [] };
  expect(retentionOf(draftOf(retention))).toEqual(retention);
  expect(retentionOf(draftOf(keepEverything))).toEqual(keepEverything);
  const pin = { ...emptyPin, from: '2025-10-10T00:00', to: '2025-10-10T00:00' };
  expect(pinOf(pin, [], 'UTC')).toBe('The range must end after it begins.');
  expect(pinOf({ ...pin, to: '' }, [], 'UTC')).toBe('Give the moment at which the range ends.');
  const one = { asset: null, from: unixMs(0), to: unixMs(1), label: '' };
  expect(pinOf(pin, Array(200).fill(one), 'UTC')).toBe('At most 200 ranges can be pinned.');
  expect(pinOf({ ...pin, to: '2025-10-11T00:00', label: 'x'.repeat(81) }, [], 'UTC')).toBe(
    'The label may have 80 characters at most.',
  );
});

describe('a long job', () => {
  test('shows how far it is, holds the others back, and its end reads the database anew', async () => {
    const { send, bridge } = await open();
    send({ done: 0.426, text: '416,640 of 833,280 pages.' });
    expect(words(document.querySelector('[data-job=backup]'))).toBe('Back-up, 42 %: 416,640 of 833,280 pages.');
    expect(document.querySelector('progress')?.value).toBeCloseTo(0.426, 6);
    expect(['Check now', 'Back up…', 'Restore…'].map((name) => find(name)?.disabled)).toEqual([true, true, true]);
    expect(document.querySelector('[data-job=backup] [role=status]')).toBeNull();
    const reads = bridge.argsOf('store/state').length;
    send({ state: 'done', done: 1, text: 'The copy is whole.' });
    await settled();
    expect(words(document.querySelector('[data-job=backup] [role=status]'))).toBe('Back-up done: The copy is whole.');
    expect(bridge.argsOf('store/state').length).toBe(reads + 1);
    expect(find('Back up…')?.disabled).toBe(false);
  });

  test('an event that was overtaken does not bring it back', async () => {
    const { send } = await open();
    send({ state: 'done', done: 1, text: 'Done.', at: unixMs(sampleNow + 2) });
    send({ done: 0.9, text: 'Late.', at: unixMs(sampleNow + 1) });
    expect(words(document.querySelector('[data-job=backup]'))).toBe('Back-up done: Done.');
  });

  test('a failed one gives its reason once', async () => {
    const { send } = await open({
      'store/backup': () => {
        send({ state: 'failed', done: 0.3, text: 'The disk is full.' });
        throw new FailureError(failure('store', 'The disk is full.'));
      },
    });
    await press('Back up…');
    expect(words(document.querySelector('[data-job=backup]'))).toBe('Back-up failed: The disk is full.');
    expect(outcome('Database')).toBe('');
  });

  test('a back-up says where it went, and when no file was chosen', async () => {
    const { bridge } = await open({
      'store/backup': () => ({ file: '/b/halcyon.db', bytes: 3_412_992_000, count: 2 }),
    });
    await press('Back up…');
    expect(outcome('Database')).toBe('Backed up to /b/halcyon.db: 3.41 GB, 2 rows.');
    bridge.handlers['store/backup'] = () => null;
    await press('Back up…');
    expect(outcome('Database')).toBe('No file was chosen; nothing was changed.');
  });

  test('a restore says what happens to the present database before it asks for a file', async () => {
    const { bridge } = await open({ 'store/restore': () => null });
    await press('Restore…');
    expect(bridge.argsOf('store/restore')).toEqual([]);
    expect(words(region('Restore a back-up?')?.querySelector('p'))).toBe(
      'The file that you choose takes the place of the present database. It is checked first; if it is not whole, nothing changes. The present database is not deleted: it is set aside in the same folder, but what was recorded since the back-up is no longer shown. Keys are not part of it.',
    );
    await press('Keep the present one');
    expect(bridge.argsOf('store/restore')).toEqual([]);
    await press('Restore…');
    await press('Choose a file and restore');
    expect(bridge.argsOf('store/restore').length).toBe(1);
    expect(outcome('Database')).toBe('No file was chosen; nothing was changed.');
  });

  test('a check shows when it was', async () => {
    await open({ 'store/check': () => stateOf({ checkedAt: sampleNow }) });
    await press('Check now');
    expect([...document.querySelectorAll('dd')].map(words)[3]).toBe('2025-11-21 00:00 UTC');
  });
});
