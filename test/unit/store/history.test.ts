import { describe, expect, it } from 'vitest';
import { failure } from '../../../src-main/contract/failure.ts';
import type { HistoryJob, HistoryQuery } from '../../../src-main/contract/history.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { after, kaiko, noon } from './samples.ts';
import { openTemporary, temporaryFile } from './temporary.ts';

const key = sourceKey(kaiko);
const variant = '1h/usd/all';
const query: HistoryQuery = {
  provider: 'kaiko',
  kind: 'liquidation-volumes',
  asset: 'BTC',
  from: noon,
  to: after(600),
};
const fresh: Omit<HistoryJob, 'id'> = {
  query,
  variant,
  state: 'stopped',
  reached: noon,
  rows: 0,
  flagged: 0,
  requests: 0,
  failure: null,
  changedAt: noon,
};

describe('a history job', () => {
  it('begins at the start of its range and waits', () => {
    const { history } = openTemporary();
    const job = history.open(query, key, variant);
    expect(job).toEqual({ ...fresh, id: job.id });
    expect(history.get(job.id)).toEqual(job);
  });

  it('keeps how far it came, and its failure', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    const job = store.history.open(query, key, variant);
    const failed: HistoryJob = {
      ...job,
      state: 'failed',
      reached: after(120),
      rows: 2,
      flagged: 1,
      requests: 3,
      failure: failure('rate-limited', 'Wait a minute.', { retryAt: after(9) }),
      changedAt: after(8),
    };
    store.history.save(failed);
    expect(store.history.get(job.id)).toEqual(failed);
    expect(store.history.open(query, key, variant)).toEqual(failed);
    store.close();
    expect(openTemporary(file).history.open(query, key, variant)).toEqual(failed);
  });

  it('that is done stays on the list, and the same range begins anew', () => {
    const { history } = openTemporary();
    const first = history.open(query, key, variant);
    history.save({ ...first, state: 'done', reached: query.to });
    const second = history.open(query, key, variant);
    expect(second).toEqual({ ...fresh, id: second.id });
    expect(second.id).not.toBe(first.id);
    expect(history.all([key])).toEqual([second, { ...first, state: 'done', reached: query.to }]);
  });

  it.each([
    ['provider', { ...query, provider: 'kiyotaka' }, key, variant],
    ['kind', { ...query, kind: 'liquidation-profile' }, key, variant],
    ['asset', { ...query, asset: 'ETH' }, key, variant],
    ['start', { ...query, from: after(1) }, key, variant],
    ['end', { ...query, to: after(601) }, key, variant],
    ['source', query, 'kaiko@simulated:', variant],
    ['variant', query, key, '1d/usd/all'],
  ] as const)('of another %s is another one', (_what, other, source, otherVariant) => {
    const { history } = openTemporary();
    const first = history.open(query, key, variant);
    const second = history.open(other, source, otherVariant);
    expect(second.id).not.toBe(first.id);
    expect(second.query).toEqual(other);
    expect(second.variant).toBe(otherVariant);
    expect(history.open(query, key, variant).id).toBe(first.id);
    expect(history.all([key, source])).toHaveLength(2);
    expect(history.all([source])).toHaveLength(source === key ? 2 : 1);
    expect(history.all([])).toEqual([]);
  });

  it('that was running when the program ended is stopped, and goes on from where it came', () => {
    const file = temporaryFile();
    const store = openTemporary(file);
    const job = store.history.open(query, key, variant);
    const running: HistoryJob = { ...job, state: 'running', reached: after(60), rows: 1, requests: 1 };
    store.history.save(running);
    expect(store.history.get(job.id)).toEqual(running);
    // Not closed: the program was killed.
    const { history } = openTemporary(file);
    const stopped: HistoryJob = { ...running, state: 'stopped' };
    expect(history.get(job.id)).toEqual(stopped);
    expect(history.all([key])).toEqual([stopped]);
    expect(history.open(query, key, variant)).toEqual(stopped);
    history.save({ ...stopped, state: 'running' });
    expect(history.open(query, key, variant).state).toBe('running');
  });

  it('that is forgotten is gone, stays so when it is saved, and its number is not given again', () => {
    const { history } = openTemporary();
    const job = history.open(query, key, variant);
    history.forget(job.id);
    expect(history.get(job.id)).toBeNull();
    history.save({ ...job, state: 'running' });
    expect(history.all([key])).toEqual([]);
    expect(history.open(query, key, variant).id).toBeGreaterThan(job.id);
  });

  it('that cannot be kept is told as a failure of the store', () => {
    const { history } = openTemporary();
    const job = history.open(query, key, variant);
    expect(() => history.save({ ...job, rows: Number.NaN })).toThrow('refused what it was asked to keep');
    expect(history.get(job.id)).toEqual(job);
  });
});
