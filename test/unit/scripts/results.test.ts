import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readPlaywright, readVitest, tallyReport, total, verdict } from '../../../scripts/test/results.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halcyon-results-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function tally(report: unknown, exitCode: number, read: Parameters<typeof tallyReport>[2]) {
  const file = join(folder, 'report.json');
  await writeFile(file, JSON.stringify(report));
  return tallyReport(file, exitCode, read);
}

const unit = (passed: number, failed: number, more: object = {}) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...more,
});

describe('the verdict', () => {
  it('is one line of passed and failed', () => {
    expect(verdict({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
  });

  it('names skipped tests only where there are some', () => {
    expect(verdict({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
  });

  it('adds the runners up', () => {
    expect(total([unitTally(3, 1), unitTally(4, 0)])).toEqual({ passed: 7, failed: 1, skipped: 0 });
  });
});

const unitTally = (passed: number, failed: number) => ({ passed, failed, skipped: 0 });

describe('a runner’s report', () => {
  it('is taken as it is when all passed', async () => {
    expect(await tally(unit(5, 0), 0, readVitest)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  it('counts as a failure when it was never written', async () => {
    expect(await tallyReport(join(folder, 'absent.json'), 0, readVitest)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts as a failure when nothing ran', async () => {
    expect(await tally(unit(0, 0), 0, readVitest)).toMatchObject({ failed: 1 });
  });

  it('counts as a failure when the runner crashed after its tests had passed', async () => {
    expect(await tally(unit(5, 0), 139, readVitest)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it('counts a file that did not load as a failure', async () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    expect(await tally(unit(5, 1, { testResults }), 1, readVitest)).toEqual({ passed: 5, failed: 2, skipped: 0 });
  });

  it('counts a flaky end-to-end test and an error outside of tests as failures', async () => {
    const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{ message: 'no' }] };
    expect(await tally(report, 1, readPlaywright)).toEqual({ passed: 4, failed: 3, skipped: 2 });
  });
});
