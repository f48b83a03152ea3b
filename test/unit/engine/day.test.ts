import { statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { expect, test } from 'vitest';

import type { Wanted } from '../../../src-main/contract/channels.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { sourceKey } from '../../../src-main/contract/source.ts';
import { datedByTest, fastTime } from '../../faults/fast-time.ts';
import { measured, sized } from '../../faults/size.ts';
import { customAt, proKey } from '../../e2e/servers.ts';
import { kingfisherKinds, runningServers, startEngine, type Engine } from './engine.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const hours = sized(1 / 3, 24);
/** Caches have filled, code is compiled. */
const warmUpMs = sized(10, 60) * minuteMs;
const options = { through: datedByTest, random: () => 0.5 };

const wantedOf = (assets: readonly string[]): Wanted => ({
  assets,
  visible: assets,
  focus: { asset: 'BTC', timeframe: '1m' },
  ...kingfisherKinds(['liquidation-map', 'gex', 'open-interest', 'funding-rates']),
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function memory(): { heap: number; rss: number } {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

/** Keeps the test's own record of events from growing; returns how many there were. */
const forgetEvents = ({ events }: Engine): number => (events as unknown[]).splice(0).length;

test(
  `${Math.round(hours * 60)} minutes of the market as fast as they go: memory is flat, no call is over a limit, closed hours are packed`,
  { timeout: 120_000 + hours * 180_000 },
  async () => {
    const began = process.hrtime.bigint();
    // Shortly before an hour ends; a whole day goes over midnight UTC, too, where plans begin anew.
    const time = fastTime(Date.UTC(2026, 0, 14, 13, 55));
    const servers = await runningServers();
    const streaming = startEngine(servers, { wanted: wantedOf(['BTC', 'ETH']), ...options });
    // Without candles, so that the day is as much of the plan as of the market.
    const settings = { binance: customAt('http://127.0.0.1:9', 'ws://127.0.0.1:9') };
    const polling = startEngine(servers, {
      wanted: wantedOf(['BTC', 'ETH', 'SOL']),
      ...options,
      settings,
      key: proKey,
    });
    const engines = [streaming, polling];
    let events = 0;
    let steps = 0;
    const each = (): void => {
      if (++steps % 120 !== 0) return;
      for (const engine of engines) {
        events += forgetEvents(engine);
        if (steps % 1_200 === 0) while (engine.store.snapshots.compact(unixMs(Date.now())).more);
      }
    };

    await time.pass(warmUpMs, each);
    const before = memory();
    await time.pass(hours * hourMs - warmUpMs, each);
    const after = memory();

    for (const engine of engines) {
      expect(engine.status().state).toBe(engine === streaming ? 'live' : 'polling');
      expect(engine.rows('SELECT count(*) AS n FROM requests WHERE status = 429')).toEqual([{ n: 0 }]);
      expect(engine.rows('SELECT count(*) AS n FROM rejected')).toEqual([{ n: 0 }]);
    }
    const calls = ({ rows }: Engine): number[] =>
      rows<{ n: number }>(
        `SELECT count(*) AS n FROM requests JOIN sources ON sources.id = source_id
         WHERE provider = 'kingfisher' GROUP BY cast(at / 86400000 AS INTEGER) ORDER BY at`,
      ).map(({ n }) => n);
    for (const day of calls(polling)) expect(day, 'calls of the plan of 100 a day').toBeLessThanOrEqual(90);
    expect(Math.max(...calls(polling)), 'a plan that is not used').toBeGreaterThan(sized(0, 60));

    const { source } = streaming.status();
    const maps = streaming.store.snapshots.marks(
      sourceKey(source!),
      'liquidation-map',
      'BTC',
      'all/1D',
      unixMs(0),
      unixMs(Date.now()),
    );
    expect(maps.length, 'kept maps of BTC an hour').toBeGreaterThan(hours * 1_000);
    const [loose] = streaming.rows<{ oldest: number }>(
      `SELECT min(taken_at) AS oldest FROM snapshots JOIN series ON series.id = series_id WHERE kind = 'liquidation-map'`,
    );
    expect(Date.now() - loose!.oldest, 'age of the oldest map that is not packed').toBeLessThan(2 * hourMs);

    streaming.store.checkpoint();
    const bytesAnHour = statSync(streaming.file).size / hours;
    expect(bytesAnHour / 1e6, 'MB an hour').toBeLessThan(sized(80, 12));
    expect(after.heap / before.heap, 'heap after / before').toBeLessThanOrEqual(1.1);
    // V8 keeps what it once had for a while: in a short run that may be more than it needs.
    expect(after.rss / before.rss, 'RSS after / before').toBeLessThanOrEqual(sized(13, 11) / 10);

    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
    const seconds = Number((process.hrtime.bigint() - began) / 1_000_000_000n);
    measured(
      `${hours.toFixed(1)} h in ${seconds} s, ${events} events; heap ${megabytes(before.heap)} → ${megabytes(after.heap)} MB ` +
        `(${(after.heap / before.heap).toFixed(2)}), RSS ${megabytes(before.rss)} → ${megabytes(after.rss)} MB ` +
        `(${(after.rss / before.rss).toFixed(2)}); ${maps.length} maps of BTC, ${(bytesAnHour / 1e6).toFixed(1)} MB an hour; ` +
        `calls of the plan of 100 by day: ${calls(polling).join(', ')}`,
    );
  },
);
