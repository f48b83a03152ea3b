import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { inspectKept } from '../faults/kept-files.ts';
import { killTree } from '../faults/process-tree.ts';
import { measured, sized } from '../faults/size.ts';
import { expect, makeProfile, test } from './app.ts';
import { databaseOf, readRows } from './profile-database.ts';

const times = sized(3, 20);
const patienceMs = 60_000;

test(`two starts at the same moment on one profile, ${times} times: one lives, the other gives way`, async ({
  launch,
}) => {
  test.setTimeout(60_000 + times * 30_000);
  const model = await launch();
  const { file, args, env } = await model.app.evaluate(() => ({
    file: process.execPath,
    args: process.argv.slice(1),
    env: { ...process.env } as Record<string, string>,
  }));
  await model.close();
  const plain = args.filter((arg) => !/^--(inspect|remote-debugging|user-data-dir)/.test(arg));
  const needsNoSandbox = process.platform === 'linux' && !plain.includes('--no-sandbox');
  let given = 0;

  for (let time = 0; time < times; time++) {
    // Every second time on a profile that is new: both would make its database.
    const profile = time % 2 === 0 ? await makeProfile() : model.profile;
    const start = () => {
      const flags = [...(needsNoSandbox ? ['--no-sandbox'] : []), ...plain, `--user-data-dir=${profile}`];
      const child = spawn(file, flags, { stdio: 'ignore', env });
      return { child, ended: once(child, 'exit').then(([code]) => ({ child, code: code as number | null })) };
    };
    const both = [start(), start()];
    const first = await Promise.race([...both.map(({ ended }) => ended), wait(patienceMs, null, { ref: false })]);
    expect(first?.code, 'how the one that gave way ended').toBe(0);
    given += 1;

    const other = both.find(({ child }) => child !== first!.child)!;
    await expect
      .poll(() => (existsSync(databaseOf(profile)) ? countCandles(profile) : 0), { timeout: patienceMs })
      .toBeGreaterThan(100);
    expect(other.child.exitCode, 'the other has ended, too').toBeNull();
    other.child.kill('SIGTERM');
    const last = await Promise.race([other.ended, wait(patienceMs, null, { ref: false })]);
    if (!last) killTree(other.child.pid!);
    expect(last?.code, 'how the other one quit').toBe(0);
    inspectKept(profile, (store) => expect(store.snapshots.count()).toBeGreaterThan(0));
    if (profile !== model.profile) await rm(profile, { recursive: true, force: true, maxRetries: 3 });
  }
  measured(`${times} times two starts at once; ${given} gave way, ${times} lived, databases whole`);
});

function countCandles(profile: string): number {
  try {
    return readRows<{ n: number }>(profile, 'SELECT count(*) AS n FROM candles')[0]!.n;
  } catch {
    // Its tables are being made.
    return 0;
  }
}
