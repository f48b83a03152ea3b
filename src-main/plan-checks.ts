import { z } from 'zod';
import { mostPinnedRanges } from './contract/keeping.ts';
import { assetPattern, unixMs } from './contract/market.ts';
import { longestIntervalMs, mostPins, shortestIntervalMs } from './contract/plan.ts';
import { snapshotKinds } from './contract/snapshot.ts';
import { providerIds } from './contract/source.ts';

const ruleId = /^[A-Za-z][A-Za-z0-9_.-]{0,59}$/;
const mostRules = 20;
const mostReserved = 1e6;
const longestLabel = 200;

const asset = z.string().regex(assetPattern);
const provider = z.enum(providerIds);
const time = z.number().int().nonnegative().transform(unixMs);

const override = z.strictObject({
  amounts: z
    .record(z.string().regex(ruleId), z.number().int().min(0).max(1e9).nullable())
    .refine((amounts) => Object.keys(amounts).length <= mostRules),
  reserve: z.number().int().min(0).max(mostReserved),
  hours: z.number().min(0.5).max(24).nullable(),
});

/** How calls are spent, as the page may set it. */
export const planSettings = z.strictObject({
  providers: z.partialRecord(provider, override),
  intervals: z.partialRecord(z.enum(snapshotKinds), z.number().int().min(shortestIntervalMs).max(longestIntervalMs)),
  pins: z.array(z.strictObject({ provider, kind: z.enum(snapshotKinds), asset })).max(mostPins),
});

/** How long things are kept, as the page may set it. */
export const retention = z.strictObject({
  maxAgeDays: z.number().min(1).max(36_500).nullable(),
  maxBytes: z.number().int().min(1e6).max(1e15).nullable(),
  pinned: z
    .array(
      z
        .strictObject({ asset: asset.nullable(), from: time, to: time, label: z.string().max(longestLabel) })
        .refine(({ from, to }) => from < to),
    )
    .max(mostPinnedRanges),
});
