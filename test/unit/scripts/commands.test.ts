import { describe, expect, it } from 'vitest';

import { run } from '../../../scripts/setup/commands.mjs';

const node = (code: string, options = {}) => run(process.execPath, ['-e', code], options);

describe('a command', () => {
  it('answers its exit code and all it said', async () => {
    const outcome = await node("console.log('out'); console.error('err'); process.exit(3)");
    expect(outcome.code).toBe(3);
    expect(outcome.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('answers a bad code when a signal ended it, as a binary that does not fit does', async () => {
    expect((await node("process.kill(process.pid, 'SIGSEGV')")).code).toBeGreaterThanOrEqual(128);
  });

  it('answers 127 when there is no such command', async () => {
    expect((await run('no-such-command-anywhere', [])).code).toBe(127);
  });

  it('is ended when it takes longer than it may', async () => {
    expect((await node('setInterval(() => {}, 1000)', { timeoutMs: 200 })).code).not.toBe(0);
  });
});
