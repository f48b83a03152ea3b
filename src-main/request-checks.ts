import { z } from 'zod';
import { linkNames, type RequestName, type Requests } from './contract/channels.ts';
import { failure, type Result } from './contract/failure.ts';
import { assetPattern, timeframes, unixMs } from './contract/market.ts';
import { inspectorTabs, mostWatched } from './contract/settings.ts';
import { snapshotKinds } from './contract/snapshot.ts';
import { providerIds } from './contract/source.ts';

const asset = z.string().regex(assetPattern);
const timeframe = z.enum(timeframes);
const kind = z.enum(snapshotKinds);
const provider = z.enum(providerIds);
const fraction = z.number().min(0).max(1);
const focus = z.strictObject({ asset, timeframe });
const secret = z.record(z.string().max(40), z.string().min(1).max(4096));
const time = z.number().int().nonnegative().transform(unixMs);
const providerSettings = z.strictObject({
  environment: z.enum(['production', 'sandbox', 'custom']),
  customUrl: z.string().max(2048),
  customStreamUrl: z.string().max(2048),
});

/** What the renderer may send; anything else is refused before it reaches a handler. */
const checks = {
  'app/start': z.null(),
  'settings/change': z
    .strictObject({
      theme: z.enum(['dark', 'light']),
      timeZone: z.enum(['UTC', 'local']),
      watchlist: z.array(asset).min(1).max(mostWatched),
      focus,
      overlays: z.strictObject({ bands: z.boolean(), gex: z.boolean(), fitLevels: z.boolean() }),
      intensity: z.strictObject({ low: fraction, high: fraction }).refine(({ low, high }) => low <= high),
      layout: z.strictObject({
        watchlist: z.boolean(),
        inspector: z.boolean(),
        inspectorTab: z.enum(inspectorTabs),
      }),
    })
    .partial(),
  'market/choose': z.enum(['simulated', 'live']),
  'workspace/want': z.strictObject({ assets: z.array(asset).max(mostWatched), focus, kinds: z.array(kind).max(20) }),
  'candles/read': z.strictObject({
    asset,
    timeframe,
    before: time.nullable(),
    limit: z.number().int().min(1).max(10_000),
  }),
  'snapshot/latest': z.strictObject({ asset, kind }),
  'snapshot/refresh': z.strictObject({ asset, kind }),
  'provider/configure': z.strictObject({ provider, settings: providerSettings }),
  'provider/test': z.strictObject({ provider, settings: providerSettings, secret: secret.nullable() }),
  'provider/retry': z.strictObject({ provider }),
  'credential/keep': z.strictObject({ provider, secret, sessionOnly: z.boolean() }),
  'credential/remove': z.strictObject({ provider }),
  'app/open-link': z.enum(linkNames),
} satisfies { readonly [Name in RequestName]: z.ZodType };

/** The arguments as their type says, or a `bad-request`. The message names the field, never its value: it may be a key. */
export function checkArgs<Name extends RequestName>(name: Name, args: unknown): Result<Requests[Name]['args']> {
  const checked = checks[name].safeParse(args);
  if (checked.success) return { ok: true, value: checked.data as Requests[Name]['args'] };
  const path = checked.error.issues[0]?.path.join('.') ?? '';
  return { ok: false, failure: failure('bad-request', `${name}: ${path || 'the argument'} is not valid.`) };
}
