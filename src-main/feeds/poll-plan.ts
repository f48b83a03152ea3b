import type { UnixMs } from '../contract/market.ts';
import type { RateLimits } from '../contract/provider-status.ts';
import type { SnapshotKind } from '../contract/snapshot.ts';
import { affordableIntervalMs } from '../net/budget.ts';

const minuteMs = 60_000;

/** How often a kind is worth asking for when calls cost nothing: about as often as the provider's values change. */
const unlimitedIntervalMs: Readonly<Record<SnapshotKind, number>> = {
  'liquidation-map': minuteMs,
  'liquidation-profile': 5 * minuteMs,
  gex: 2 * minuteMs,
  'open-interest': 5 * minuteMs,
  'funding-rates': 5 * minuteMs,
  'market-depth': minuteMs,
  'order-flow': minuteMs,
};

/** While the stream brings a kind, REST only puts it right from time to time. */
const streamedIntervalMs = 15 * minuteMs;

/**
 * Poll interval of one kind, milliseconds: the unlimited one, stretched equally for all so that what is left of the
 * limit lasts until its reset.
 */
export function pollIntervalMs(
  kind: SnapshotKind,
  wantedKinds: readonly SnapshotKind[],
  limits: RateLimits | null,
  now: UnixMs,
  streamed: boolean,
): number {
  const own = streamed ? streamedIntervalMs : unlimitedIntervalMs[kind];
  const callsPerMinute = wantedKinds.reduce((sum, wanted) => sum + minuteMs / unlimitedIntervalMs[wanted], 0);
  if (callsPerMinute === 0) return own;
  const round = affordableIntervalMs({
    limits,
    callsPerRound: callsPerMinute,
    now,
    minIntervalMs: minuteMs,
    reserve: 10,
  });
  return own * Math.max(1, round / minuteMs);
}
