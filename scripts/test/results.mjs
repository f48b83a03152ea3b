/** What the runners' JSON reports say, as three numbers. */
import { readFile } from 'node:fs/promises';

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @param {readonly Tally[]} tallies @returns {Tally} */
export function total(tallies) {
  const sum = (/** @type {keyof Tally} */ key) => tallies.reduce((so, tally) => so + tally[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** @param {Tally} tally @returns {string} */
export function verdict({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * A runner's report. One that exits badly without a failed test to show for it (a crash, a file that does not load)
 * counts as one failure, and so does one that ran nothing.
 * @param {string} file
 * @param {number} exitCode of the runner
 * @param {(report: any) => Tally} read
 * @returns {Promise<Tally>}
 */
export async function tallyReport(file, exitCode, read) {
  /** @type {Tally} */
  let tally = { passed: 0, failed: 0, skipped: 0 };
  try {
    tally = read(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return { ...tally, failed: 1 };
  }
  const ranNothing = tally.passed + tally.failed === 0;
  return (exitCode !== 0 && tally.failed === 0) || ranNothing ? { ...tally, failed: 1 } : tally;
}

/**
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/** @param {VitestReport} report @returns {Tally} a file that did not load counts as one failure */
export function readVitest(report) {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {unknown[]} errors outside of tests
 */

/** @param {PlaywrightReport} report @returns {Tally} flaky is not passed */
export function readPlaywright({ stats, errors }) {
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}
