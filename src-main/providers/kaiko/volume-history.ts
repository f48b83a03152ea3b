import { failure, FailureError } from '../../contract/failure.ts';
import type { HistoryQuery } from '../../contract/history.ts';
import type { LiquidationVolumes } from '../../contract/liquidation.ts';
import { unixMs, type UnixMs } from '../../contract/market.ts';
import { asUnreadable, reject } from '../parse.ts';
import type { HistoryPart, HistoryReader, ProviderContext } from '../provider.ts';
import { ask, originOf } from './ask.ts';
import { tokenPath } from './info.ts';
import { createPageChain } from './page-chain.ts';
import { readPage, type Page } from './page.ts';
import { planOf, rangeOf, type Range } from './range.ts';

export function volumeHistory(context: ProviderContext): HistoryReader {
  return {
    plan: (query) => planOf(rangeOf(query, context.options, context.now())),
    read: (query, signal) => readParts(context, rangeOf(query, context.options, context.now()), query, signal),
  };
}

export function addressOf({ restUrl }: ProviderContext, range: Range, sort: 'asc' | 'desc'): URL {
  const url = new URL(`${restUrl}${tokenPath}/${range.asset.toLowerCase()}`);
  url.search = new URLSearchParams({
    interval: range.interval.value,
    page_size: String(range.pageSize),
    sort,
    start_time: new Date(range.start).toISOString(),
    end_time: new Date(range.end).toISOString(),
  }).toString();
  return url;
}

/** A page that could not be had is asked for again by the next `next`: a failure does not end the reading. */
function readParts(
  context: ProviderContext,
  range: Range,
  { from, to }: HistoryQuery,
  signal: AbortSignal,
): AsyncIterator<HistoryPart, void> {
  const first = addressOf(context, range, 'asc');
  const chain = createPageChain(first, range);
  let url: URL | null = first;
  let reached = unixMs(Math.max(from, range.start));
  /** Why there is no way on from a page that was itself good, and was told. */
  let dead: (() => FailureError) | null = null;

  const leadOn = (page: Page, text: string): void => {
    try {
      url = chain.next(page);
    } catch (thrown) {
      const problem = asUnreadable(thrown);
      let known: FailureError | null = null;
      dead = () => (known ??= reject(context, originOf(first), text, problem));
    }
  };

  return {
    async next() {
      if (dead !== null) throw dead();
      if (url === null) return { done: true, value: undefined };
      if (signal.aborted) throw new FailureError(failure('cancelled', 'Filling in the past was stopped.'));
      const { value, text } = await ask(context, url, signal, (payload, receivedAt) => {
        const page = readPage(payload, range, 'asc');
        chain.take(page);
        return { page, receivedAt };
      });
      const { page, receivedAt } = value;
      leadOn(page, text);
      const last = page.times.at(-1);
      if (last !== undefined) reached = unixMs(Math.min(last + range.interval.ms, to));
      const isLast = url === null && dead === null;
      const volumes = page.times.length === 0 ? null : volumesOf(context, range, page, receivedAt);
      return { done: false, value: { volumes, snapshots: [], reached: isLast ? to : reached } };
    },
  };
}

function volumesOf(context: ProviderContext, range: Range, page: Page, receivedAt: UnixMs): LiquidationVolumes {
  const { nextUrl: _nextUrl, token: _token, ...columns } = page;
  const { asset, interval } = range;
  const head = { source: context.source, asset, variant: `${interval.value}/usd`, intervalMs: interval.ms } as const;
  return { ...head, unit: 'usd', ...columns, receivedAt };
}
