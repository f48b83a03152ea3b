import { unixMs } from '../../contract/market.ts';
import type { ProviderContext } from '../provider.ts';
import { ask } from './ask.ts';
import { intervalOf } from './options.ts';
import { readPage } from './page.ts';
import type { Range } from './range.ts';
import { addressOf } from './volume-history.ts';

const dayMs = 86_400_000;

/** One request for one row: the newest interval of BTC within two days. */
export async function testConnection(context: ProviderContext, signal: AbortSignal): Promise<string> {
  const interval = intervalOf(context.options);
  const end = unixMs((Math.floor(context.now() / interval.ms) + 1) * interval.ms);
  const range: Range = { asset: 'BTC', interval, pageSize: 1, start: unixMs(end - 2 * dayMs), end, leftOut: [] };
  const { value } = await ask(context, addressOf(context, range, 'desc'), signal, (payload) =>
    readPage(payload, range, 'desc'),
  );
  const asked = `Asked for the newest interval of BTC liquidations (${interval.label})`;
  const start = value.times.at(-1);
  if (start === undefined) return `${asked}: the key is valid, but there is none of the last two days.`;
  const usd = Math.round(value.longs.at(-1)! + value.shorts.at(-1)!).toLocaleString('en-US');
  const since = new Date(start).toISOString().replace('T', ' ').slice(0, 16);
  return `${asked}: ${usd} US dollars since ${since} UTC came back.`;
}
