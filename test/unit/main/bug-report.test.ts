import { expect, it } from 'vitest';
import { BugReport } from '../../../src-main/bug-report.ts';
import { failure } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';

const bug = failure('bug', 'Something went wrong inside Halcyon.', {
  detail: 'TypeError: x of undefined',
});

it('prints the detail of a bug once, wherever it shows up', () => {
  const lines: string[] = [];
  const bugs = new BugReport((line) => lines.push(line));
  const result = { ok: false, failure: bug } as const;
  expect(bugs.check(result)).toBe(result);
  bugs.look([
    [
      'snapshot/trouble',
      { provider: 'kingfisher', asset: 'BTC', kind: 'gex', failure: bug, missedSince: null, at: unixMs(0) },
    ],
  ]);
  expect(lines).toEqual(['Something went wrong inside Halcyon. TypeError: x of undefined']);
});

it('leaves every other failure to the window', () => {
  const lines: string[] = [];
  const bugs = new BugReport((line) => lines.push(line));
  bugs.check({ ok: false, failure: failure('offline', 'No network.') });
  bugs.check({ ok: true, value: 1 });
  bugs.look([
    [
      'snapshot/trouble',
      { provider: 'kingfisher', asset: 'BTC', kind: 'gex', failure: null, missedSince: null, at: unixMs(0) },
    ],
  ]);
  expect(lines).toEqual([]);
});
