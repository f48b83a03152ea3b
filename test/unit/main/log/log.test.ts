import { expect, it } from 'vitest';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { Log } from '../../../../src-main/log/log.ts';
import { TriedSecrets } from '../../../../src-main/log/tried-secrets.ts';

const at = unixMs(Date.UTC(2026, 1, 1, 12));

function setUp(clean: (text: string) => string = (text) => text) {
  const written: string[] = [];
  const log = new Log(
    { clean },
    () => at,
    (line) => written.push(line),
  );
  return { log, written };
}

it('writes time, level, source and text as one line', () => {
  const { log, written } = setUp();
  expect(log.add('warning', 'provider:kaiko', 'offline:\n no\u0000 network')).toBe('offline: no network');
  expect(written).toEqual(['2026-02-01T12:00:00.000Z warning provider:kaiko offline: no network']);
});

it('bounds a line and masks before it cuts', () => {
  const seen: number[] = [];
  const { log, written } = setUp((text) => (seen.push(text.length), text.replaceAll('secret', '•')));
  log.add('error', 'engine', `${'a'.repeat(1_996)}secret${'b'.repeat(100_000)}`);
  expect(seen[0]).toBe(65_536);
  expect(written[0]!.length).toBeLessThan(2_100);
  expect(written[0]!.slice(-6)).toBe('aa•bb…');
});

it('keeps the newest 200 lines', () => {
  const { log } = setUp();
  for (let number = 1; number <= 450; number++) log.add('info', 'main', `line ${number}`);
  expect(log.lines).toHaveLength(200);
  expect(log.lines[0]).toBe('2026-02-01T12:00:00.000Z info main line 251');
});

it('knows a key that is tried for as long as it is, also when two are, and when it fails', async () => {
  const tried = new TriedSecrets();
  let end = (): void => undefined;
  const first = tried.during({ apiKey: 'a' }, () => new Promise<void>((resolve) => (end = resolve)));
  await expect(
    tried.during({ login: 'b', password: 'a' }, async () => {
      expect(tried.values).toEqual(['a', 'b', 'a']);
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  expect(tried.values).toEqual(['a']);
  end();
  await first;
  expect(tried.values).toEqual([]);
  expect(await tried.during(null, async () => tried.values.length)).toBe(0);
});
