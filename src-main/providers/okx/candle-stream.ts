import { timeframes, unixMs, type Candle, type Timeframe, type UnixMs } from '../../contract/market.ts';
import { at, Unreadable } from '../parse.ts';
import { readCandleRows } from '../parse/candle-pages.ts';
import { InstrumentWait } from '../parse/instrument-wait.ts';
import type { CandleSubscription, CandleUpdate, ProviderContext, Stream, StreamListener } from '../provider.ts';
import { barOf, candleLayout, isConfirmed } from './candles.ts';
import { nameOf, openChannels, type Channel, type Push } from './channels.ts';
import { instIdOf, type Contract, type Contracts } from './contracts.ts';

/** Candles are pushed each second or so; a connection without any for so long is stuck though it answers pings. */
const stallMs = 90_000;
/** Candles in one push: one as documented. */
const mostRows = 10;

interface CandlePush {
  readonly name: string;
  readonly timeframe: Timeframe;
  readonly candles: readonly Candle[];
  readonly receivedAt: UnixMs;
}

export const candleChannel = ({ asset, timeframe }: CandleSubscription): Channel => ({
  channel: `candle${barOf[timeframe]}`,
  instId: instIdOf(asset),
});

/** Candle channels are on `/business`, beside `/public`: the last segment of the stream's path is exchanged. */
export function businessUrl(streamUrl: string): string {
  if (!URL.canParse(streamUrl)) return streamUrl;
  const url = new URL(streamUrl);
  url.pathname = url.pathname.replace(/[^/]*$/, 'business');
  return url.href;
}

/**
 * Candles as they form. A push carries no time of its own: its arrival stands in for the venue's. A candle whose contract
 * is not known yet waits, only the newest of each series, until it is.
 */
export function openCandleStream(
  context: ProviderContext,
  contracts: Contracts,
  listener: StreamListener<CandleUpdate>,
): Stream<CandleSubscription> {
  let wanted = new Map<string, CandleSubscription>();
  const wait = new InstrumentWait<CandlePush, Contract>({
    now: context.now,
    instruments: contracts,
    isOneAnswer: true,
    deliver: ({ name, timeframe, candles, receivedAt }, { instrument }) => {
      if (!wanted.has(name)) return;
      channels.markLive();
      for (const candle of candles) {
        listener.update({ instrument, timeframe, candle, eventTime: receivedAt, receivedAt });
      }
    },
    giveUp: (problem) => channels.refuse(problem),
  });
  const channels = openChannels<CandlePush>(context, listener, {
    url: businessUrl(context.streamUrl),
    stallMs,
    opened: () => wait.clear(),
    read: (push) => readCandlePush(push, context.now()),
    deliver: (push) => {
      const subscription = wanted.get(push.name);
      if (subscription !== undefined) wait.take(push.name, subscription.asset, push);
    },
  });
  return {
    want: (subscriptions) => {
      wanted = new Map(subscriptions.map((one) => [nameOf(candleChannel(one)), one]));
      channels.want(subscriptions.map(candleChannel));
    },
    close: () => {
      wait.close();
      channels.close();
    },
  };
}

const timeframeOf = new Map(timeframes.map((timeframe) => [`candle${barOf[timeframe]}`, timeframe]));

/** Null for other channels. */
export function readCandlePush({ arg, data }: Push, receivedAt: UnixMs): CandlePush | null {
  const { channel, instId } = arg;
  const timeframe = typeof channel === 'string' ? timeframeOf.get(channel) : undefined;
  if (timeframe === undefined) return null;
  if (typeof instId !== 'string') throw new Unreadable('is missing or not text', '.arg.instId');
  const name = nameOf({ channel: String(channel), instId });
  return { name, timeframe, candles: at('.data', () => readCandles(data, timeframe)), receivedAt };
}

function readCandles(data: unknown, timeframe: Timeframe): readonly Candle[] {
  const range = { from: null, to: null, limit: mostRows };
  const [times, open, high, low, close, volume] = readCandleRows(data, candleLayout, timeframe, range);
  const rows = data as readonly (readonly unknown[])[];
  return Array.from(times!, (time, index) => {
    const row = rows.length - 1 - index; // they come newest first
    return {
      openTime: unixMs(time),
      open: open![index]!,
      high: high![index]!,
      low: low![index]!,
      close: close![index]!,
      volume: volume![index]!,
      takerBuyVolume: NaN,
      closed: isConfirmed(rows[row]!, `[${row}]`),
    };
  });
}
