import type { Connections, RequestLine, RequestQuestion } from '../../../src-main/contract/diagnostics.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderId } from '../../../src-main/contract/source.ts';
import { sampleNow, sourceOf } from './samples.ts';

export const lineOf = (id: number, more: Partial<RequestLine> & { provider?: ProviderId } = {}): RequestLine => {
  const { provider = id % 2 === 0 ? 'kingfisher' : 'binance', ...rest } = more;
  return {
    id,
    source: sourceOf(provider, 'production'),
    at: unixMs(sampleNow - 60_000 + id),
    method: 'GET',
    endpoint: `/v1/thing?n=${id}`,
    status: 200,
    tookMs: 212.4,
    failureKind: null,
    bytes: 48_112,
    charged: 1,
    purpose: 'background',
    ...rest,
  };
};

/** A log with the lines 1 … `newest`, as main would page it. */
export function answer(
  { provider, before, limit }: RequestQuestion,
  newest: number,
  more: Partial<Connections> = {},
): Connections {
  const requests: RequestLine[] = [];
  for (let id = Math.min(newest, (before ?? Infinity) - 1); id >= 1 && requests.length < limit; id -= 1) {
    const line = lineOf(id);
    if (provider === null || line.source.provider === provider) requests.push(line);
  }
  return { requests, streams: [], rejected: 0, replacedEvents: 0, ...more };
}
