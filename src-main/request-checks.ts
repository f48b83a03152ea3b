import { z } from 'zod';
import { linkNames, type RequestName, type Requests } from './contract/channels.ts';
import { failure, type Result } from './contract/failure.ts';
import { assetPattern, timeframes, unixMs } from './contract/market.ts';
import { historyKinds } from './contract/history.ts';
import { inspectorTabs, marketModes, mostWatched } from './contract/settings.ts';
import { snapshotKinds } from './contract/snapshot.ts';
import { gexProviders, mapProviders, priceProviders, providerIds, volumeProviders } from './contract/source.ts';
import { planSettings, retention } from './plan-checks.ts';

const asset = z.string().regex(assetPattern);
const timeframe = z.enum(timeframes);
const kind = z.enum(snapshotKinds);
const provider = z.enum(providerIds);
const fraction = z.number().min(0).max(1);
const focus = z.strictObject({ asset, timeframe });
const secret = z.record(z.string().max(40), z.string().min(1).max(4096));
const time = z.number().int().nonnegative().transform(unixMs);
const providerSettings = z.strictObject({
  environment: z.enum(['production', 'production-eu', 'sandbox', 'custom']),
  customUrl: z.string().max(2048),
  customStreamUrl: z.string().max(2048),
  options: z
    .record(z.string().min(1).max(40), z.string().max(200))
    .refine((options) => Object.keys(options).length <= 40),
});
const layer = z.strictObject({
  shown: z.boolean(),
  intensity: z.strictObject({ low: fraction, high: fraction }).refine(({ low, high }) => low <= high),
  form: z.enum(['bands', 'profile', 'both']),
});
const range = { from: time, to: time };
const historyQuery = z.strictObject({ provider, kind: z.enum(historyKinds), asset, ...range });
const wanted = z.strictObject({
  assets: z.array(asset).max(mostWatched),
  visible: z.array(asset).max(mostWatched),
  focus,
  snapshots: z
    .array(z.strictObject({ provider, kind, scope: z.enum(['focus', 'watchlist']) }))
    .max(providerIds.length * snapshotKinds.length),
  volumes: z.array(z.enum(volumeProviders)).max(volumeProviders.length),
  liquidations: z.boolean(),
});
const jobId = z.strictObject({ id: z.number().int().nonnegative() });

/** What the renderer may send; anything else is refused before it reaches a handler. */
const checks = {
  'app/start': z.null(),
  'settings/change': z
    .strictObject({
      theme: z.enum(['dark', 'light']),
      timeZone: z.enum(['UTC', 'local']),
      watchlist: z.array(asset).min(1).max(mostWatched),
      focus,
      overlays: z.strictObject({
        bands: z.boolean(),
        gex: z.boolean(),
        fitLevels: z.boolean(),
        liquidations: z.boolean(),
        volumes: z.boolean(),
      }),
      maps: z.record(z.enum(mapProviders), layer),
      confluence: z.strictObject({ shown: z.boolean(), tolerancePercent: z.number().min(0.001).max(5) }),
      prices: z.strictObject({
        byAsset: z.record(asset, z.enum(priceProviders)).refine((byAsset) => Object.keys(byAsset).length <= 1_000),
      }),
      gex: z.strictObject({ provider: z.enum(['auto', ...gexProviders]) }),
      volumes: z.strictObject({ providers: z.array(z.enum(volumeProviders)).max(volumeProviders.length) }),
      layout: z.strictObject({
        watchlist: z.boolean(),
        inspector: z.boolean(),
        inspectorTab: z.enum(inspectorTabs),
      }),
      plan: planSettings,
    })
    .partial(),
  'market/choose': z.enum(marketModes),
  'workspace/want': wanted,
  'candles/read': z.strictObject({
    asset,
    timeframe,
    before: time.nullable(),
    limit: z.number().int().min(1).max(10_000),
  }),
  'snapshot/latest': z.strictObject({ provider, asset, kind }),
  'snapshot/refresh': z.strictObject({ provider, asset, kind }),
  'snapshot/at': z.strictObject({ provider, asset, at: time }),
  'volumes/read': z.strictObject({ provider: z.enum(volumeProviders), asset, ...range }),
  'liquidations/read': z.strictObject({ asset, ...range, limit: z.number().int().min(1).max(100_000) }),
  'history/plan': historyQuery,
  'history/start': historyQuery,
  'history/stop': jobId,
  'history/forget': jobId,
  'provider/configure': z.strictObject({ provider, settings: providerSettings }),
  'provider/test': z.strictObject({ provider, settings: providerSettings, secret: secret.nullable() }),
  'provider/retry': z.strictObject({ provider }),
  'credential/keep': z.strictObject({ provider, secret, sessionOnly: z.boolean() }),
  'credential/remove': z.strictObject({ provider }),
  'plan/forecast': z.strictObject({ wanted: wanted.nullable(), plan: planSettings.nullable() }),
  'connections/read': z.strictObject({
    provider: provider.nullable(),
    before: z.number().int().nonnegative().nullable(),
    limit: z.number().int().min(1).max(1_000),
  }),
  'diagnostics/copy': z.null(),
  'rejected/export': z.null(),
  'store/state': z.null(),
  'retention/preview': retention,
  'retention/apply': retention,
  'store/backup': z.null(),
  'store/restore': z.null(),
  'store/check': z.null(),
  'app/open-link': z.enum(linkNames),
} satisfies { readonly [Name in RequestName]: z.ZodType };

/** The arguments as their type says, or a `bad-request`. The message names the field, never its value: it may be a key. */
export function checkArgs<Name extends RequestName>(name: Name, args: unknown): Result<Requests[Name]['args']> {
  const checked = checks[name].safeParse(args);
  if (checked.success) return { ok: true, value: checked.data as Requests[Name]['args'] };
  const path = checked.error.issues[0]?.path.join('.') ?? '';
  return { ok: false, failure: failure('bad-request', `${name}: ${path || 'the argument'} is not valid.`) };
}
