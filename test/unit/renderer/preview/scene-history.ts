import { failure } from '../../../../src-main/contract/failure.ts';
import type { HistoryJob, HistoryPlan, HistoryQuery } from '../../../../src-main/contract/history.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';

const day = 86_400_000;

/** Ranges in every state that they can be in. */
export function sceneJobs(now: number): HistoryJob[] {
  const job = (id: number, provider: 'kaiko' | 'kiyotaka', more: Partial<HistoryJob>): HistoryJob => ({
    id,
    query: {
      provider,
      kind: 'liquidation-volumes',
      asset: 'BTC',
      from: unixMs(now - 30 * day),
      to: unixMs(now),
    },
    variant: '1h/usd/all',
    state: 'running',
    reached: unixMs(now - 17 * day),
    rows: 312,
    flagged: 2,
    requests: 4,
    failure: null,
    changedAt: unixMs(now),
    ...more,
  });
  return [
    job(1, 'kaiko', {}),
    job(2, 'kaiko', { state: 'stopped', reached: unixMs(now - 28 * day), rows: 48, flagged: 0, requests: 1 }),
    job(3, 'kiyotaka', {
      state: 'failed',
      failure: failure('rate-limited', 'Kiyotaka limits requests: the weight of this minute is used up.'),
    }),
    job(4, 'kiyotaka', { state: 'done', reached: unixMs(now), rows: 720, requests: 1, flagged: 0 }),
  ];
}

/** Kaiko's by pages of 1,000 hours, Kiyotaka's by weight. */
export function scenePlan({ provider, kind, from, to }: HistoryQuery): HistoryPlan {
  const points = Math.max(1, Math.ceil((to - from) / 3_600_000));
  const pages = Math.ceil(points / 1000);
  if (provider === 'kaiko') {
    const text = `${points} intervals of 1 h in ${pages} ${pages === 1 ? 'page' : 'pages'} of 1,000: ${pages} calls.`;
    return { requests: pages, cost: pages, costUnit: 'calls', points, text };
  }
  const base = kind === 'liquidation-profile' ? 5 : 1;
  const text = `${points} points, ${pages} thousand begun × base weight ${base} = weight ${pages * base}, in one request.`;
  return { requests: 1, cost: pages * base, costUnit: 'weight', points, text };
}
