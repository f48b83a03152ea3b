import { describe, expect, test } from 'vitest';

import type { FailureError } from '../../../src-main/contract/failure.ts';
import { proKey } from '../../e2e/servers.ts';
import { mapOf, onlyBtcMap, startEngine, stillServers, temporaryFile, until, untilMap, type Engine } from './engine.ts';
import { jumpingTime, type JumpingTime } from './jumping-time.ts';

const hourMs = 3_600_000;
/** Calls that the plan of 100 a day has left when a test begins. */
const left = 15;
const btcMap = { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' } as const;
// Only the limit of the day is in question.
const plans = { kingfisher: { amounts: { burst: null }, reserve: 0, hours: null } };

const start = (servers: Parameters<typeof startEngine>[0], time: JumpingTime, file = temporaryFile()): Engine =>
  startEngine(servers, {
    ...{ file, plans, key: proKey, wanted: onlyBtcMap },
    ...{ now: time.now, elapsed: time.elapsed, socket: time.socket },
  });

/** Clicks until the planner says no; returns how many were answered. */
async function clickUntilRefused(engine: Engine, most = 150): Promise<number> {
  for (let answered = 0; answered < most; answered++) {
    try {
      await engine.hub.refresh(btcMap);
    } catch (thrown) {
      expect((thrown as FailureError).failure.kind).toBe('rate-limited');
      return answered;
    }
  }
  return most;
}

const anotherMap = (): { body: object } => ({
  body: {
    ...{ asset: 'BTC', exchange: 'all', timeframe: '1D', current_price: 1_500 },
    clusters: [
      { price: 1_000, long_liquidations: 5, short_liquidations: 0, timestamp: new Date(Date.now()).toISOString() },
    ],
  },
});

const refusedByServer = (engine: Engine): number =>
  engine.rows<{ n: number }>('SELECT count(*) AS n FROM requests WHERE status = 429')[0]!.n;

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 500));

describe.each([
  ['five hours ahead', 5],
  ['five hours behind', -5],
  ['a day and a bit ahead', 26],
  ['two years behind', -2 * 365 * 24],
])('a clock %s', (_how, ahead) => {
  test('from the start on leads to no call over the limit, also after a restart, and to no busy loop', async () => {
    const servers = await stillServers({ proCallsUsed: 100 - left });
    const time = jumpingTime(ahead * hourMs);
    const engine = start(servers, time);
    await untilMap(engine);
    await clickUntilRefused(engine);
    expect(refusedByServer(engine)).toBe(0);
    expect(servers.kingfisher.requests).toHaveLength(left);
    await engine.stop();

    const again = start(servers, time, engine.file);
    await clickUntilRefused(again, 5);
    await moment();
    // Where the wall says that another day has begun, one question is what tells that it has not.
    expect(refusedByServer(again)).toBeLessThanOrEqual(1);
    expect(servers.kingfisher.requests.length).toBe(left + refusedByServer(again));
    await clickUntilRefused(again, 5);
    expect(servers.kingfisher.requests.length).toBe(left + refusedByServer(again));
  });

  test('that is put right, or wrong, during a run leads to no call over the limit', async () => {
    const servers = await stillServers({ proCallsUsed: 100 - left });
    const time = jumpingTime();
    const engine = start(servers, time);
    await untilMap(engine);
    await clickUntilRefused(engine, left - 5);
    for (const wallMs of [ahead * hourMs, -ahead * hourMs]) {
      time.jump({ wallMs, elapsedMs: 0 });
      engine.hub.woke();
      await clickUntilRefused(engine);
      await moment();
    }
    expect(refusedByServer(engine)).toBe(0);
    expect(servers.kingfisher.requests).toHaveLength(left);
  });

  test('leaves no cached map that passes for fresh once it is right again', async () => {
    const servers = await stillServers();
    const before = start(servers, jumpingTime(ahead * hourMs));
    await untilMap(before);
    await before.stop();
    servers.kingfisher.override('liquidations', anotherMap);
    const asked = servers.kingfisher.requests.length;

    const time = jumpingTime();
    const engine = start(servers, time, before.file);
    await until(() => expect(servers.kingfisher.requests.length).toBe(asked + 1));
    await until(() => expect(Math.abs(mapOf(engine).confirmedAt - time.now())).toBeLessThan(10_000));
    await moment();
    expect(servers.kingfisher.requests).toHaveLength(asked + 1);
  });
});
