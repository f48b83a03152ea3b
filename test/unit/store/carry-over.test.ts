import { truncateSync, writeFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey, type Source } from '../../../src-main/contract/source.ts';
import { carryOver } from '../../../src-main/store/carry-over.ts';
import { openStore } from '../../../src-main/store/database.ts';
import { temporaryFile } from './temporary.ts';

const source: Source = { provider: 'kingfisher', environment: 'production', host: 'api.example.org' };
const at = (hour: number) => unixMs(1_800_000_000_000 + hour * 3_600_000);
const one = { day: 1 };

const opened = (file: string) => {
  const { store } = openStore(file, { now: () => at(20) });
  return store;
};

function former(file: string): void {
  const store = opened(file);
  for (const hour of [1, 2, 3])
    store.spends.close([{ id: store.spends.add(source, 'a', at(hour), one), at: at(hour) }]);
  store.spends.add(source, 'a', at(4), one);
  store.limits.write(source, 'a', { limit: 100, remaining: 96, resetAt: at(24), seenAt: at(3), upTo: 77 });
  store.clock.write(at(4));
  store.close();
}

it('spends, limits and the clock go over: closed ones closed, those without an answer open', () => {
  const folder = dirname(temporaryFile());
  former(join(folder, 'former.db'));
  const store = opened(join(folder, 'new.db'));
  carryOver(join(folder, 'former.db'), store);
  expect(store.spends.since(sourceKey(source), 'a', unixMs(0)).map(({ at, isOpen }) => [at, isOpen])).toEqual([
    [at(1), false],
    [at(2), false],
    [at(3), false],
    [at(4), true],
  ]);
  expect(store.limits.read(sourceKey(source), 'a')).toEqual({
    ...{ limit: 100, remaining: 96, resetAt: at(24), seenAt: at(3) },
    ...{ isSilent: false, pausedUntil: null },
  });
  expect(store.clock.read()).toBe(at(4));
  store.close();
});

it('what the backup had already is not counted twice', () => {
  const folder = dirname(temporaryFile());
  former(join(folder, 'former.db'));
  const store = opened(join(folder, 'new.db'));
  for (const hour of [1, 2]) store.spends.close([{ id: store.spends.add(source, 'a', at(hour), one), at: at(hour) }]);
  carryOver(join(folder, 'former.db'), store);
  expect(store.spends.since(sourceKey(source), 'a', unixMs(0)).map((spend) => spend.at)).toEqual([1, 2, 3, 4].map(at));
  store.close();
});

it('a row that cannot be read keeps no other from going over', () => {
  const folder = dirname(temporaryFile());
  const file = join(folder, 'former.db');
  former(file);
  const db = new Database(file);
  db.exec("UPDATE spends SET weights = 'nonsense' WHERE id = 2");
  db.close();
  const store = opened(join(folder, 'new.db'));
  carryOver(file, store);
  expect(store.spends.since(sourceKey(source), 'a', unixMs(0)).map((spend) => spend.at)).toEqual([1, 3, 4].map(at));
  expect(store.limits.read(sourceKey(source), 'a')?.remaining).toBe(96);
  store.close();
});

it.each(['cut', 'garbage', 'absent', 'empty'])(
  'a former database that is %s carries nothing and harms nothing',
  (how) => {
    const folder = dirname(temporaryFile());
    const file = join(folder, 'former.db');
    if (how === 'cut') {
      former(file);
      truncateSync(file, Math.floor(statSync(file).size / 3));
    } else if (how === 'garbage') writeFileSync(file, 'no database at all'.repeat(1_000));
    else if (how === 'empty') writeFileSync(file, '');
    const store = opened(join(folder, 'new.db'));
    expect(() => carryOver(file, store)).not.toThrow();
    expect(store.spends.since(sourceKey(source), 'a', unixMs(0))).toEqual([]);
    store.close();
  },
);
