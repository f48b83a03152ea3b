import { failure, FailureError } from '../contract/failure.ts';
import { assetPattern, unixMs, type Asset, type UnixMs } from '../contract/market.ts';
import type { LiquidationProfile } from '../contract/liquidation.ts';
import type { HistoryPart, HistoryReader, Provider, ProviderClient, ProviderContext } from './provider.ts';
import { ask } from './kiyotaka/ask.ts';
import { choicesOf, heatmapVariant, intervals, marketOf, volumesVariant } from './kiyotaka/choices.ts';
import { heatmapPath, readHeatmap, type HeatmapAsked } from './kiyotaka/heatmap.ts';
import { kiyotakaInfo } from './kiyotaka/info.ts';
import { costOf, weigh } from './kiyotaka/limits.ts';
import {
  columnsAtOnce,
  intervalStart,
  notAnAsset,
  partsOf,
  planOf,
  reachedBy,
  volumesAtOnce,
  type Planned,
} from './kiyotaka/plan.ts';
import { readUsage } from './kiyotaka/usage.ts';
import { readVolumes, volumesPath } from './kiyotaka/volumes.ts';

/** Kiyotaka: one endpoint for all data, authenticated with one key and charged by weight. */
export const kiyotaka: Provider = {
  info: kiyotakaInfo,
  connect,
  weigh,
  costOf,
  variant: (kind, _asset, options) => (kind === 'liquidation-profile' ? heatmapVariant(choicesOf(options)) : ''),
  volumesVariant: (_asset, options) => volumesVariant(choicesOf(options)),
};

const heatmapName = 'the liquidation heatmap (Advanced or Enterprise)';
/** Intervals before the present one that are asked for, so that the newest column is among them. */
const columnsBack = 3;
const leastBackMs = 10 * 60_000;
/** Room for the largest part that is planned, whatever its digits. */
const historyBytes = 128 * 1024 * 1024;

function connect(context: ProviderContext): ProviderClient {
  return {
    test: (signal) => test(context, signal),
    snapshots: { 'liquidation-profile': (asset, signal) => newestColumn(context, asset, signal) },
    history: { 'liquidation-profile': heatmapHistory(context), 'liquidation-volumes': volumesHistory(context) },
  };
}

/** `GET /v1/usage` proves host and key and costs no weight. */
async function test(context: ProviderContext, signal: AbortSignal): Promise<string> {
  const limits = await ask(context, { path: '/v1/usage', what: 'its API' }, signal, readUsage);
  const asked = "Asked for the key's usage, which costs nothing";
  if (limits === null) return `${asked}: the key is good.`;
  context.onLimits(limits);
  const left = limits.remaining?.toLocaleString('en-US');
  const of = limits.limit === null ? '' : ` of ${limits.limit.toLocaleString('en-US')}`;
  return `${asked}: weight ${left}${of} is left.`;
}

async function newestColumn(context: ProviderContext, asset: Asset, signal: AbortSignal): Promise<LiquidationProfile> {
  if (!assetPattern.test(asset)) throw notAnAsset();
  const choices = choicesOf(context.options);
  const { ms } = intervals[choices.heatmapInterval];
  const back = Math.max(columnsBack * ms, leastBackMs);
  const now = context.now();
  const asked = heatmapAsked(context, asset, { from: unixMs(intervalStart(now, ms) - back), to: unixMs(now + 1000) });
  const question = { path: heatmapPath(asked, 'levels'), what: heatmapName };
  const { profiles, isCovered } = await ask(context, question, signal, (payload, receivedAt) =>
    readHeatmap(payload, asked, receivedAt),
  );
  const newest = profiles.at(-1);
  if (profiles.length > 1) context.onEarlier(profiles.slice(0, -1));
  if (newest) return newest;
  const span = `the last ${Math.round(back / 60_000).toLocaleString('en-US')} minutes`;
  throw new FailureError(
    isCovered
      ? failure('server', `Kiyotaka has no column of the ${asset} heatmap for ${span} yet.`)
      : failure('unsupported', `Kiyotaka has no liquidation heatmap for ${asset}: it sent none for ${span}.`),
  );
}

const heatmapAsked = (
  { source, options }: ProviderContext,
  asset: Asset,
  range: { readonly from: UnixMs; readonly to: UnixMs },
): HeatmapAsked => ({ source, asset, choices: choicesOf(options), ...range });

function heatmapHistory(context: ProviderContext): HistoryReader {
  const { heatmapInterval, maxDepth } = choicesOf(context.options);
  const planned: Planned = {
    type: 'HYPERLIQUID_LIQUIDATION_AGG',
    interval: intervals[heatmapInterval],
    atOnce: columnsAtOnce(maxDepth),
    noun: 'columns',
    exchanges: 0,
    grouped: false,
    maxDepth,
  };
  return {
    plan: (query) => planOf(query, planned, context.now()),
    async *read(query, signal): AsyncGenerator<HistoryPart, void> {
      const parts = partsOf(query, planned.interval, planned.atOnce, context.now());
      for (const part of parts) {
        const asked = heatmapAsked(context, query.asset, part);
        const question = { path: heatmapPath(asked, 'flat'), what: heatmapName, maxBytes: historyBytes };
        const { profiles } = await ask(context, question, signal, (payload, receivedAt) =>
          readHeatmap(payload, asked, receivedAt),
        );
        yield { volumes: null, snapshots: profiles, reached: reachedBy(part, parts, query) };
      }
    },
  };
}

function volumesHistory(context: ProviderContext): HistoryReader {
  const choices = choicesOf(context.options);
  const planned: Planned = {
    type: 'LIQUIDATION_AGG',
    interval: intervals[choices.interval],
    atOnce: volumesAtOnce,
    noun: 'volumes',
    exchanges: choices.exchanges.length,
    grouped: marketOf('', choices).isGrouped,
    maxDepth: 1,
  };
  return {
    plan: (query) => planOf(query, planned, context.now()),
    async *read(query, signal): AsyncGenerator<HistoryPart, void> {
      const parts = partsOf(query, planned.interval, planned.atOnce, context.now());
      for (const part of parts) {
        const asked = { source: context.source, asset: query.asset, choices, from: part.from, to: part.to };
        const question = { path: volumesPath(asked), what: 'liquidation volumes' };
        const volumes = await ask(context, question, signal, (payload, receivedAt) =>
          readVolumes(payload, asked, receivedAt),
        );
        yield { volumes, snapshots: [], reached: reachedBy(part, parts, query) };
      }
    },
  };
}
