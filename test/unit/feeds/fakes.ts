import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventName, Events } from '../../../src-main/contract/channels.ts';
import { failure, FailureError, type Failure } from '../../../src-main/contract/failure.ts';
import type { GexProfile } from '../../../src-main/contract/gamma.ts';
import type { LiquidationMap } from '../../../src-main/contract/liquidation.ts';
import { timeframeMs, unixMs, type CandleSeries, type Timeframe } from '../../../src-main/contract/market.ts';
import type { LimitRule } from '../../../src-main/contract/limits.ts';
import type { PlanSettings } from '../../../src-main/contract/plan.ts';
import type { CredentialField, ProviderStatus } from '../../../src-main/contract/provider-status.ts';
import type { Source } from '../../../src-main/contract/source.ts';
import { Budgets } from '../../../src-main/feeds/budgets.ts';
import { Connection, type ConnectionTools } from '../../../src-main/feeds/connection.ts';
import type { LineWanted, WantedKind } from '../../../src-main/feeds/demands.ts';
import { Pace, type Asked } from '../../../src-main/feeds/pace.ts';
import type { FeedTools } from '../../../src-main/feeds/feed-tools.ts';
import { SnapshotFeed } from '../../../src-main/feeds/snapshot-feed.ts';
import { StoreGuard } from '../../../src-main/feeds/store-guard.ts';
import type {
  CandleQuery,
  CandleSubscription,
  CandleUpdate,
  Provider,
  ProviderContext,
  SnapshotSubscription,
  SnapshotUpdate,
  StreamListener,
} from '../../../src-main/providers/provider.ts';
import { openStore } from '../../../src-main/store/database.ts';

export const source: Source = { provider: 'kingfisher', environment: 'production', host: 'api.example.org' };

/** A plan that only the answers tell of. */
export const dayRule: LimitRule = {
  id: 'day',
  label: 'calls a day',
  unit: 'calls',
  amount: null,
  windowMs: 86_400_000,
  window: 'fixed',
  told: true,
  basis: 'The answers say it.',
};

export const noPlan: PlanSettings = { providers: {}, intervals: {}, pins: [] };
export const nothingWanted: LineWanted = {
  snapshots: [],
  candles: [],
  focus: null,
  overview: [],
  liquidations: [],
  volumes: null,
};

/** Nothing is streamed, nothing was asked yet. */
export const calm: Asked = { isStreamed: () => false, ageMs: () => null };

/** A feed whose pace is told what it is told. */
export function pacedSnapshots(connection: Connection, tools: FeedTools): SnapshotFeed {
  const pace: Pace = new Pace(connection, tools.elapsed, {
    isStreamed: (kind, asset) => asset !== null && feed.isStreamed(kind as WantedKind['kind'], asset),
    ageMs: (kind, asset) => (asset === null ? null : feed.ageMs(kind as WantedKind['kind'], asset)),
  });
  const feed: SnapshotFeed = new SnapshotFeed(connection, tools, pace);
  const want = feed.want.bind(feed);
  feed.want = (snapshots) => {
    pace.want({ ...nothingWanted, snapshots }, noPlan);
    want(snapshots);
  };
  return feed;
}

/** Events published, in order, and a real store in a folder that `end` removes. */
export function feedTools(): FeedTools & ConnectionTools & { events: [EventName, unknown][]; end(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'halcyon-feeds-'));
  const now = () => unixMs(Date.now());
  const { store } = openStore(join(folder, 'test.db'), { now });
  const events: [EventName, unknown][] = [];
  const publish = <Name extends EventName>(name: Name, event: Events[Name]) => void events.push([name, event]);
  const guard = new StoreGuard(publish, now);
  const elapsed = () => performance.now();
  return {
    store,
    now,
    publish,
    events,
    guard,
    elapsed,
    budgets: new Budgets({ store, guard, now, elapsed }),
    logged: () => undefined,
    random: () => 0.999,
    /** Requests that are counted and need no answer of their own. */
    http: { send: async () => ({ status: 200, headers: {}, text: '', tookMs: 0, receivedAt: now() }) },
    openSocket: () => {
      throw new Error('no network in this test');
    },
    end: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A provider whose answers are a queue, and whose streams are driven by the test. */
export class FakeProvider implements Provider {
  readonly calls: string[] = [];
  readonly candleQueries: CandleQuery[] = [];
  answer: (kind: string, asset: string) => LiquidationMap | GexProfile | Failure = (kind, asset) =>
    kind === 'gex' ? gexOf(asset) : mapOf(asset, [[64_000, 1, 0]]);
  candleAnswer: (query: CandleQuery) => CandleSeries | Failure = () => failure('offline', 'No network.');
  snapshotStream: StreamListener<SnapshotUpdate> | null = null;
  candleStream: StreamListener<CandleUpdate> | null = null;
  openStreams = 0;
  subscriptions: readonly SnapshotSubscription[] = [];
  candleSubscriptions: readonly CandleSubscription[] = [];
  context: ProviderContext | null = null;
  readonly info;

  constructor(more: { credential?: readonly CredentialField[]; streams?: boolean } = {}) {
    this.info = {
      id: 'kingfisher' as const,
      name: 'Kingfisher',
      summary: '',
      site: '',
      credential: more.credential ?? [],
      environments: [],
      options: [],
      limits: [dayRule],
      streamPath: '/stream',
      capabilities: [],
      assets: { gex: ['BTC', 'ETH'] },
      note: '',
    };
    this.#streams = more.streams ?? true;
  }
  readonly #streams: boolean;

  connect(context: ProviderContext) {
    this.context = context;
    const ask = async <T>(kind: string, asset: string): Promise<T> => {
      await context.http.send({ url: `https://api.example.org/v1/${kind}/${asset}/${this.calls.length}` });
      this.calls.push(`${kind} ${asset}`);
      const answer = this.answer(kind, asset);
      if (!('takenAt' in answer)) throw new FailureError(answer);
      return answer as T;
    };
    return {
      test: async () => 'It answered.',
      snapshots: {
        'liquidation-map': (asset: string) => ask<LiquidationMap>('liquidation-map', asset),
        gex: (asset: string) => ask<GexProfile>('gex', asset),
      },
      candles: async (query: CandleQuery) => {
        this.candleQueries.push(query);
        const answer = this.candleAnswer(query);
        if (!('openTimes' in answer)) throw new FailureError(answer);
        return answer;
      },
      ...(this.#streams && {
        openSnapshotStream: (listener: StreamListener<SnapshotUpdate>) => {
          this.snapshotStream = listener;
          this.openStreams++;
          return {
            want: (wanted: readonly SnapshotSubscription[]) => void (this.subscriptions = wanted),
            close: () => void this.openStreams--,
          };
        },
        openCandleStream: (listener: StreamListener<CandleUpdate>) => {
          this.candleStream = listener;
          return {
            want: (wanted: readonly CandleSubscription[]) => void (this.candleSubscriptions = wanted),
            close: () => undefined,
          };
        },
      }),
    };
  }
}

export function connectFake(
  provider: FakeProvider,
  tools: ConnectionTools,
  secret: Readonly<Record<string, string>> | null = null,
): { connection: Connection; statuses: ProviderStatus[] } {
  const statuses: ProviderStatus[] = [];
  const place = {
    source,
    options: {},
    restUrl: 'https://api.example.org/v1',
    streamUrl: 'wss://api.example.org/v1/stream',
  };
  const state = { kept: secret ? 'keychain' : 'none', keychainProblem: null } as const;
  const connection = new Connection(provider, place, { secret, state }, tools, (status) => statuses.push(status));
  return { connection, statuses };
}

const head = (asset: string) => ({
  source,
  asset,
  takenAt: unixMs(Date.now()),
  takenAtBasis: 'provider' as const,
  receivedAt: unixMs(Date.now()),
  confirmedAt: unixMs(Date.now()),
  transport: 'rest' as const,
  extra: null,
});

export function mapOf(
  asset: string,
  rows: readonly (readonly [price: number, long: number, short: number])[],
): LiquidationMap {
  return {
    ...head(asset),
    kind: 'liquidation-map',
    variant: 'all/1D',
    exchange: 'all',
    timeframe: '1D',
    unit: 'usd',
    referencePrice: 67_000,
    prices: Float64Array.from(rows, ([price]) => price),
    longs: Float64Array.from(rows, ([, long]) => long),
    shorts: Float64Array.from(rows, ([, , short]) => short),
    levelTimes: Float64Array.from(rows, () => Date.now()),
  };
}

export function gexOf(asset: string): GexProfile {
  return {
    ...head(asset),
    kind: 'gex',
    variant: '',
    unit: 'usd-per-percent',
    unitBasis: 'inferred',
    currentPrice: 67_000,
    strikes: Float64Array.of(65_000),
    gammaExposure: Float64Array.of(-420_000_000),
    totalGamma: Float64Array.of(-680_000_000),
    flipLevel: 68_200,
    regime: 'positive',
    positiveSide: 'below',
    model: null,
    calls: new Float64Array(),
    puts: new Float64Array(),
    total: null,
    callWall: null,
    putWall: null,
  };
}

/** Candles of `closes`, one after the other from `firstOpen`. */
export function candlesOf(
  asset: string,
  timeframe: Timeframe,
  firstOpen: number,
  closes: readonly number[],
  forming = false,
): CandleSeries {
  const close = Float64Array.from(closes);
  return {
    instrument: { source, asset, symbol: `${asset}USDT`, quote: 'USDT', tickSize: 0.1 },
    timeframe,
    openTimes: close.map((_, row) => firstOpen + row * timeframeMs[timeframe]),
    open: close,
    high: close,
    low: close,
    close,
    volume: close.map(() => 1),
    takerBuyVolume: close.map(() => 0.5),
    lastIsForming: forming,
    receivedAt: unixMs(Date.now()),
  };
}
