import { expect, test } from 'vitest';
import { firstSeed, runs } from '../../seed.ts';
import { SimulatedLife } from './simulated-life.ts';

const daysALife = 4;

test(
  'no random day brings one request over a limit, takes from the reserve, starves what is visible or gets stuck',
  { timeout: 3 * 3_600_000 },
  () => {
    const total = { requests: 0, clicks: 0, fairWindows: 0, restarts: 0, jumps: 0, sleeps: 0, others: 0 };
    for (let run = 0; run < runs(2_000) / daysALife; run++) {
      const seed = firstSeed + run;
      const life = new SimulatedLife(seed);
      try {
        life.run(daysALife);
      } catch (error) {
        throw new Error(`HALCYON_SEED=${seed}: ${String(error)}`, { cause: error });
      }
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += life.counted[name];
    }
    // A simulation in which nothing happens would prove nothing.
    for (const [name, count] of Object.entries(total)) expect(count, name).toBeGreaterThan(20);
  },
);
