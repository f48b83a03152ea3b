import { failure, FailureError } from '../../contract/failure.ts';
import type { HistoryPlan, HistoryQuery } from '../../contract/history.ts';
import { assetPattern, unixMs, type UnixMs } from '../../contract/market.ts';
import type { Interval } from './choices.ts';
import { costs, depthFifths, groupFifths, thousands, weightOf, type PointType, type Weighed } from './weight.ts';

/** One request of a range: whole intervals, from ≤ time < to. */
export interface Part {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly points: number;
}

/**
 * Levels of one answer: 2.16 million are 38 MB as flat_points, about what may be read at once. Where that would be less
 * than the 1,000 points that are charged anyway, twice as many: below 1,000 points weight would be thrown away.
 */
const usualLevels = 2_200_000;
const mostLevels = 2 * usualLevels;

/** Heatmap columns of one request. */
export function columnsAtOnce(maxDepth: number): number {
  const usual = Math.floor(usualLevels / maxDepth);
  const columns = usual >= 1000 ? usual : Math.min(1000, Math.floor(mostLevels / maxDepth));
  return Math.min(costs.HYPERLIQUID_LIQUIDATION_AGG.mostPoints, columns);
}

/** Intervals of volumes of one request: a tenth of what is allowed, about 1 MB, so that there is progress to see. */
export const volumesAtOnce = costs.LIQUIDATION_AGG.mostPoints / 10;

/** 1970-01-05, a Monday. Weeks are taken to begin on Mondays (inferred); all other intervals divide a day. */
const firstMonday = 4 * 86_400_000;
export const intervalStart = (time: number, ms: number): UnixMs =>
  unixMs(Math.floor((time - firstMonday) / ms) * ms + firstMonday);

const earliest = Date.UTC(2009, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/**
 * The requests of a range, widened to whole intervals and cut where the interval ends that is forming at `now`: what is
 * not there yet would be paid for. All but the last have a multiple of 1,000 points where that many fit, so that nothing
 * is paid for twice. Throws `bad-request`.
 */
export function partsOf(
  { asset, from, to }: HistoryQuery,
  { ms }: Interval,
  atOnce: number,
  now: UnixMs,
): readonly Part[] {
  if (!assetPattern.test(asset)) throw notAnAsset();
  if (!(from >= earliest && to > from && to <= latest)) {
    throw new FailureError(failure('bad-request', 'The range to fill in must end after it begins, in this century.'));
  }
  if (from > now) throw new FailureError(failure('bad-request', 'The range to fill in lies in the future.'));
  const end = intervalStart(Math.min(to - 1, now), ms) + ms;
  const full = atOnce >= 1000 ? Math.floor(atOnce / 1000) * 1000 : atOnce;
  const parts: Part[] = [];
  for (let start = intervalStart(from, ms) as number; start < end;) {
    const left = (end - start) / ms;
    const points = left <= atOnce ? left : full;
    parts.push({ from: unixMs(start), to: unixMs(start + points * ms), points });
    start += points * ms;
  }
  return parts;
}

/**
 * How much of the range is told with this part. It may end later than the range, whose last interval is asked for whole,
 * and the last one earlier, when the rest is not there yet.
 */
export const reachedBy = (part: Part, parts: readonly Part[], { to }: HistoryQuery): UnixMs =>
  part === parts.at(-1) ? to : unixMs(Math.min(part.to, to));

export interface Planned {
  readonly type: PointType;
  readonly interval: Interval;
  readonly atOnce: number;
  /** What the points are: `columns`, `volumes`. */
  readonly noun: string;
  readonly exchanges: number;
  readonly grouped: boolean;
  readonly maxDepth: number;
}

/** Throws `bad-request`. */
export function planOf(query: HistoryQuery, planned: Planned, now: UnixMs): HistoryPlan {
  const parts = partsOf(query, planned.interval, planned.atOnce, now);
  const requests = parts.map(({ points }): Weighed => ({ ...planned, points }));
  const points = parts.reduce((sum, part) => sum + part.points, 0);
  const cost = requests.reduce((sum, request) => sum + weightOf(request), 0);
  const isCut = query.to > (parts.at(-1)?.to ?? query.to);
  const range = durationText(points * planned.interval.ms);
  const what = `${range} of ${planned.interval.adjective} ${planned.noun}: ${number(points)} ${points === 1 ? 'point' : 'points'}`;
  const text = `${what}${parts.length === 1 ? '' : ` in ${number(parts.length)} requests`}, ${sumText(requests)} = weight ${number(cost)}${factorNotes(planned)}.${isCut ? ' What lies in the future is left out.' : ''}`;
  return { requests: parts.length, cost, costUnit: 'weight', points, text };
}

const number = (value: number): string => value.toLocaleString('en-US');

function durationText(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours < 1) return `${number(ms / 60_000)} min`;
  return hours <= 48
    ? `${number(Math.round(hours * 100) / 100)} h`
    : `${number(Math.round((hours / 24) * 10) / 10)} days`;
}

/** All requests but the last are alike. */
function sumText(requests: readonly Weighed[]): string {
  const last = requests.at(-1);
  const first = requests[0];
  if (!first || !last) return '0';
  const alike = requests.filter(({ points }) => points === first.points).length;
  const times = alike === 1 ? productText(first) : `${number(alike)} × ${productText(first)}`;
  return alike === requests.length ? times : `${times} + ${productText(last)}`;
}

function productText(request: Weighed): string {
  const extra = [groupFifths(request), depthFifths(request)].filter((fifths) => fifths !== 5);
  const { base } = costs[request.type];
  const product = [`ceil(${number(request.points)}/1,000)`, base, ...extra.map((fifths) => fifths / 5)].join(' × ');
  const fifths = thousands(request) * base * groupFifths(request) * depthFifths(request);
  return fifths % 25 === 0 ? product : `ceil(${product})`;
}

function factorNotes(planned: Planned): string {
  const weighed: Weighed = { ...planned, points: 1 };
  const notes: string[] = [];
  const group = groupFifths(weighed);
  if (group !== 5) {
    notes.push(
      `${group / 5} is for ${planned.exchanges === 1 ? '1 exchange' : `${planned.exchanges} exchanges`} summed`,
    );
  }
  const depth = depthFifths(weighed);
  if (depth !== 5) notes.push(`${depth / 5} is for up to ${number(planned.maxDepth)} levels`);
  return notes.map((note) => `; ${note}`).join('');
}

export const notAnAsset = (): FailureError =>
  new FailureError(failure('bad-request', 'An asset is written in capital letters and digits, for instance BTC.'));
