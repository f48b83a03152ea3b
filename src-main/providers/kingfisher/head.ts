import type { Asset, UnixMs } from '../../contract/market.ts';
import type { SnapshotHead, SnapshotKind } from '../../contract/snapshot.ts';
import type { Source } from '../../contract/source.ts';
import { at, isObject, member, Unreadable, type JsonObject } from '../parse.ts';
import { timeOrNull } from '../parse/times.ts';

/** What a payload is read for: asked of whom, for which asset, arrived when and how. */
export interface Asked {
  readonly source: Source;
  readonly asset: Asset;
  readonly receivedAt: UnixMs;
  readonly transport: SnapshotHead['transport'];
}

/** An object that is about the asset that was asked for. `must`: an answer that names no asset is refused. */
export function objectFor(asked: Asked, payload: unknown, must: boolean): JsonObject {
  if (!isObject(payload)) throw new Unreadable('answered with something other than an object');
  const { asset } = payload;
  if (asset === undefined && !must) return payload;
  if (typeof asset !== 'string') throw new Unreadable('is missing or not text', '.asset');
  if (asset.toUpperCase() !== asked.asset) throw new Unreadable(`is not ${asked.asset}, which was asked for`, '.asset');
  return payload;
}

/** The fields every snapshot has. The time of the values is the payload's own (`timestamp`, or what the rows say), else that of arrival. */
export function headOf<Kind extends SnapshotKind>(
  kind: Kind,
  asked: Asked,
  payload: JsonObject,
  more: { readonly variant?: string; readonly rowTime?: UnixMs | null; readonly extra: string | null },
): SnapshotHead & { readonly kind: Kind } {
  const own = at('.timestamp', () => timeOrNull(payload['timestamp'])) ?? more.rowTime ?? null;
  return {
    kind,
    source: asked.source,
    asset: asked.asset,
    variant: more.variant ?? '',
    takenAt: own ?? asked.receivedAt,
    takenAtBasis: own === null ? 'received' : 'provider',
    receivedAt: asked.receivedAt,
    confirmedAt: asked.receivedAt,
    transport: asked.transport,
    extra: more.extra,
  };
}

/**
 * The first of several possible names of a field, for shapes the provider does not document. Remembers which names were
 * used, so that the rest can be kept as extra.
 */
export function fieldReader(object: JsonObject, used: Set<string>) {
  return <T>(names: readonly string[], read: (value: unknown) => T): T => {
    const name = names.find((candidate) => object[candidate] !== undefined) ?? names[0] ?? '';
    used.add(name);
    return at(member(name), () => read(object[name]));
  };
}

/** Envelope fields that say nothing of their own. */
export const plainFields = ['asset', 'timestamp'] as const;
