import type { HistoryJob, HistoryKind, HistoryPlan } from '../../../src-main/contract/history.ts';
import { exactNumber } from '../../format/price.ts';

export const kindNames: Readonly<Record<HistoryKind, string>> = {
  'liquidation-volumes': 'Liquidated volumes',
  'liquidation-profile': 'Liquidation maps (heatmap columns)',
};

/** `31 calls`, `1 call`, `weight 25`. */
export const costText = ({ cost, costUnit }: Pick<HistoryPlan, 'cost' | 'costUnit'>): string =>
  costUnit === 'weight' ? `weight ${exactNumber(cost)}` : `${exactNumber(cost)} ${cost === 1 ? 'call' : 'calls'}`;

/** 0…1: how much of the range is in the cache. */
export function progressOf({ query, reached, state }: HistoryJob): number {
  if (state === 'done') return 1;
  const length = query.to - query.from;
  return length <= 0 ? 0 : Math.min(1, Math.max(0, (reached - query.from) / length));
}

const words: Readonly<Record<HistoryJob['state'], string>> = {
  running: 'Filling in',
  stopped: 'Stopped',
  failed: 'Failed',
  done: 'Done',
};

/** `Stopped at 42 %: 302 intervals, 2 flagged, 4 requests`. */
export function jobText(job: HistoryJob): string {
  const word = job.state === 'running' && job.failure !== null ? 'Waiting' : words[job.state];
  const percent = job.state === 'done' ? '' : ` at ${Math.floor(progressOf(job) * 100)} %`;
  const flagged = job.flagged === 0 ? '' : `, ${exactNumber(job.flagged)} flagged`;
  const rows = `${exactNumber(job.rows)} ${job.rows === 1 ? 'interval' : 'intervals'}`;
  const requests = `${exactNumber(job.requests)} ${job.requests === 1 ? 'request' : 'requests'}`;
  return `${word}${percent}: ${rows}${flagged}, ${requests}`;
}
