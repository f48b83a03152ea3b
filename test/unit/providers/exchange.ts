import type { CandleQuery, Provider } from '../../../src-main/providers/provider.ts';
import { fakeContext, noSignal, type Reply } from './context.ts';

export const minute = 60_000;

export const candleQuery = (fields: Partial<CandleQuery> = {}): CandleQuery => ({
  ...{ asset: 'BTC', timeframe: '1m', from: null, to: null, limit: 2 },
  ...fields,
});

/** Open interest and funding of an exchange whose answers go by the last segment of the path. */
export function positioned(provider: Provider, restUrl: string, answers: Readonly<Record<string, Reply>>) {
  const reply = ({ url }: { readonly url: string }): Reply => answers[new URL(url).pathname.split('/').at(-1)!] ?? '{}';
  const fake = fakeContext(provider.info.id, reply, { restUrl });
  const { snapshots } = provider.connect(fake.context);
  return {
    ...fake,
    /** Paths of the requests so far. */
    asked: () => fake.requests.map(({ url }) => url.replace(restUrl, '')),
    openInterest: (asset = 'BTC') => snapshots!['open-interest']!(asset, noSignal),
    funding: (asset = 'BTC') => snapshots!['funding-rates']!(asset, noSignal),
  };
}
