import type { Failure } from '../../contract/failure.ts';
import type { Asset } from '../../contract/market.ts';
import type { SnapshotKind } from '../../contract/snapshot.ts';
import { at, isObject, Unreadable, type JsonObject } from '../parse.ts';
import type { ProviderContext, SnapshotUpdate } from '../provider.ts';
import { streamErrorOf } from './errors.ts';
import { readFunding } from './funding.ts';
import { readGex } from './gex.ts';
import type { Asked } from './head.ts';
import { mapExchange, readLiquidationPush } from './liquidations.ts';
import { readOpenInterestPush } from './open-interest.ts';

const kindOf = {
  liquidations: 'liquidation-map',
  gex: 'gex',
  open_interest: 'open-interest',
  funding_rates: 'funding-rates',
} as const satisfies Record<string, SnapshotKind>;
type Channel = keyof typeof kindOf;
const channelOf = new Map(Object.entries(kindOf).map(([channel, kind]): [SnapshotKind, string] => [kind, channel]));

/** The channel a kind of snapshot comes by; null where it has none. */
export const channelFor = (kind: SnapshotKind): string | null => channelOf.get(kind) ?? null;

export interface MessageReading {
  readonly context: Pick<ProviderContext, 'source' | 'now'>;
  readonly wants: (kind: SnapshotKind, asset: Asset) => boolean;
}

/** An update, an error the provider sent, or null for what concerns nobody here. Throws Unreadable for data that is not as it should be. */
export function readMessage(
  payload: unknown,
  { context, wants }: MessageReading,
): { readonly update: SnapshotUpdate } | { readonly failure: Failure } | null {
  if (!isObject(payload)) throw new Unreadable('sent something other than an object');
  const receivedAt = context.now();
  const { channel, data } = payload;
  if (data === undefined || typeof channel !== 'string' || channel === 'error') {
    const problem = streamErrorOf(payload, receivedAt);
    return problem === null ? null : { failure: problem };
  }
  if (!Object.hasOwn(kindOf, channel)) return null;
  const kind = kindOf[channel as Channel];
  const inner = isObject(data) ? data['asset'] : undefined;
  const named = payload['asset'] ?? inner;
  if (typeof named !== 'string') throw new Unreadable('is missing or not text', '.asset');
  const asset = named.toUpperCase();
  const exchange = payload['exchange'] ?? (kind === 'liquidation-map' && isObject(data) ? data['exchange'] : undefined);
  const isOther = typeof exchange === 'string' && exchange.toLowerCase() !== mapExchange && kind === 'liquidation-map';
  if (isOther || !wants(kind, asset)) return null;
  const asked: Asked = { source: context.source, asset, receivedAt, transport: 'stream' };
  return { update: at('.data', () => readUpdate(kind, withEnvelope(payload, data), asked)) };
}

const envelopeFields: ReadonlySet<string> = new Set(['channel', 'asset', 'exchange', 'data', 'timestamp']);

/** Data with what its envelope adds: the time where the data has none, and unknown fields, so that they are kept. */
function withEnvelope(payload: JsonObject, data: unknown): unknown {
  if (!isObject(data)) return data;
  const { timestamp } = payload;
  const unknown = Object.entries(payload).filter(([key]) => !envelopeFields.has(key));
  return {
    ...(timestamp === undefined ? {} : { timestamp }),
    ...data,
    ...(unknown.length === 0 ? {} : { envelope: Object.fromEntries(unknown) }),
  };
}

/**
 * A map push names levels and says nothing of the others: merge. A GEX push is a whole profile: replace. Open interest is
 * whole when it has total and breakdown, else rows to merge by exchange. Funding cannot tell whether it is whole: merge.
 */
function readUpdate(kind: (typeof kindOf)[Channel], data: unknown, asked: Asked): SnapshotUpdate {
  switch (kind) {
    case 'liquidation-map':
      return { mode: 'merge', snapshot: readLiquidationPush(data, asked) };
    case 'gex':
      return { mode: 'replace', snapshot: readGex(data, asked) };
    case 'open-interest': {
      const { whole, snapshot } = readOpenInterestPush(data, asked);
      return { mode: whole ? 'replace' : 'merge', snapshot };
    }
    case 'funding-rates':
      return { mode: 'merge', snapshot: readFunding(data, asked) };
  }
}
