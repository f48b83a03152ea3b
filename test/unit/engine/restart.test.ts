import { expect, test } from 'vitest';
import { proKey } from '../../e2e/servers.ts';
import { failureOf, kingfisherKinds, nothing, onlyBtcMap, startEngine, stillServers, temporaryFile } from './engine.ts';

const refresh = { provider: 'kingfisher', asset: 'BTC', kind: 'liquidation-map' } as const;

/** The day alone limits: the line of fair use would only make this slow. */
const plans = { kingfisher: { amounts: { burst: null }, reserve: 10, hours: null } };

test('any number of restarts in the middle never lead to one call over a hundred a day', async () => {
  const servers = await stillServers({ proCallsUsed: 75 });
  const file = temporaryFile();
  // The server notes a request that it refuses, too.
  const asked = () => servers.kingfisher.requests.filter(({ path }) => !path.endsWith('/stream')).length;
  for (let run = 0; run < 3; run++) {
    const engine = startEngine(servers, {
      ...{ file, plans, key: proKey },
      wanted: { ...onlyBtcMap, assets: ['BTC', 'ETH', 'SOL'], ...kingfisherKinds(['liquidation-map', 'gex']) },
    });
    for (let n = 0; n < 4; n++) await engine.hub.refresh(refresh);
    // The end comes while one is under way.
    const last = engine.hub.refresh(refresh).catch(() => null);
    await engine.stop();
    await last;
  }
  const engine = startEngine(servers, { file, plans, key: proKey, wanted: nothing });
  let sent = true;
  for (let n = 0; sent && n < 30; n++)
    sent = await engine.hub.refresh(refresh).then(
      () => true,
      () => false,
    );
  expect(asked()).toBeLessThanOrEqual(25);
  expect(asked()).toBeGreaterThanOrEqual(21);
  const { message } = await failureOf(engine.hub.refresh(refresh));
  expect(message).toBe('Kingfisher: No calls are left until the limit resets.');
  expect(asked()).toBeLessThanOrEqual(25);
}, 60_000);
