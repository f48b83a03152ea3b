import type { UnixMs } from '../contract/market.ts';
import type { LogFile } from './log-file.ts';

const most = 200;

/** The newest lines: those of this run and, where they are few, what the file has of the runs before. */
export async function newestLines(
  ofThisRun: readonly string[],
  file: Pick<LogFile, 'tail'>,
  startedAt: UnixMs,
): Promise<readonly string[]> {
  const missing = most - ofThisRun.length;
  if (missing <= 0) return ofThisRun.slice(-most);
  const started = new Date(startedAt).toISOString();
  const before = (await file.tail(most + ofThisRun.length)).filter((line) => line.slice(0, started.length) < started);
  return [...before.slice(-missing), ...ofThisRun];
}
