import { describe, expect, it } from 'vitest';
import { failure } from '../../../../src-main/contract/failure.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { copyDiagnostics } from '../../../../src-main/diagnostics/copy-diagnostics.ts';
import { diagnosticsText } from '../../../../src-main/diagnostics/diagnostics-text.ts';
import { engineText } from '../../../../src-main/diagnostics/engine-text.ts';
import { Redactor } from '../../../../src-main/log/redactor.ts';
import { connections, noon, secretKey, start, store } from './samples.ts';

const redactor = new Redactor(() => [secretKey]);
const versions = { app: '0.1.0', electron: '45.4.1', chrome: '140', node: '24', os: 'Linux 6 x64' };
const facts = { at: unixMs(noon + 60_000), startedAt: noon, home: '/home/jane', versions, engine: '', log: [] };

const sectionOf = (text: string, title: string): string[] =>
  text
    .split('\n\n')
    .find((section) => section.startsWith(`## ${title}`))!
    .split('\n')
    .slice(1);

describe('the engine’s part of the diagnostics', () => {
  const text = engineText({ start, connections, store });

  it('has market, settings, states, limits, notices, database, counts and streams', () => {
    expect(sectionOf(text, 'Market')).toEqual(['live']);
    expect(sectionOf(text, 'Notices')).toEqual(['2026-02-01T12:00:00.000Z warning The disk is nearly full.']);
    expect(sectionOf(text, 'Budgets')).toEqual([
      'kingfisher day: 21 of 500 calls a day (settings), left 479, reserve 5, reset 2026-02-02T00:00:00.000Z (told)',
    ]);
    expect(sectionOf(text, 'Counts')).toEqual([
      'payloads that could not be read 3',
      'events replaced by newer ones 41',
    ]);
    expect(sectionOf(text, 'Streams')).toEqual([
      'kingfisher: 9 messages, 2 replaced before they were shown, 1 connects, last 2026-02-01T12:00:00.000Z',
    ]);
    expect(sectionOf(text, 'Database')).toEqual([
      '/home/jane/.config/Halcyon/halcyon.db: 1000 bytes, free on the disk unknown, checked never, backed up 2026-02-01T12:00:00.000Z',
      'snapshots: 7 rows, about 700 bytes, oldest 2026-02-01T12:00:00.000Z',
    ]);
    expect(sectionOf(text, 'Providers')[0]).toContain(
      'kingfisher custom api.test refused since 2026-02-01T12:00:00.000Z, stream off, key session, last answer never',
    );
  });

  it('has the newest fifty requests', () => {
    const lines = sectionOf(text, 'Newest requests');
    expect(lines).toHaveLength(50);
    expect(lines[0]).toBe(
      '2026-02-01T12:00:00.070Z kingfisher GET /v1/liquidations/BTC?n=70 200 12 ms, 100 bytes, charged 1, background',
    );
    expect(lines[1]).toContain('no answer 12 ms, 100 bytes, charged 1, background, timeout');
  });

  it('tells of a custom address only the host, of free text only that it is set, of a pin nothing', () => {
    const settings = sectionOf(text, 'Settings');
    expect(settings).toContain('kingfisher: custom api.test; plan day 500, reserve 5, hours 8');
    expect(settings.find((each) => each.startsWith('kiyotaka:'))).toMatch(/exchange \w+.*unknown set/);
    for (const hidden of ['hidden-path', 'typed by hand', 'private note']) expect(text).not.toContain(hidden);
  });

  it('is what there is when the rest could not be read', () => {
    expect(engineText({ start: null, connections: null, store })).toMatch(/^## Database\n/);
    expect(engineText({ start: null, connections: null, store: null })).toBe('');
  });
});

describe('the diagnostics', () => {
  it('have versions, the start, the engine’s part and the log, without keys and without the user’s name', () => {
    const text = diagnosticsText(
      { ...facts, engine: engineText({ start, connections, store }), log: ['… info main first', '… info main last'] },
      redactor,
    );
    expect(sectionOf(text, 'Versions')).toEqual([
      'app 0.1.0',
      'electron 45.4.1',
      'chrome 140',
      'node 24',
      'os Linux 6 x64',
      'started 2026-02-01T12:00:00.000Z',
    ]);
    expect(sectionOf(text, 'Log').slice(0, 2)).toEqual(['… info main first', '… info main last']);
    expect(text).toContain('auth (401 for •••)');
    expect(text).not.toContain(secretKey);
    expect(text).not.toContain('jane');
    expect(text).toContain('~/.config/Halcyon/halcyon.db');
  });

  it('are of bounded length, and nothing is cut before it is masked', () => {
    const log = Array.from(
      { length: 1_000 },
      (_, at) => `${'x'.repeat(590 + (at % 9))}${secretKey}${'y'.repeat(5_000)}`,
    );
    const text = diagnosticsText({ ...facts, engine: `${'e'.repeat(119_990)}${secretKey}`, log }, redactor);
    expect(text.length).toBeLessThanOrEqual(300_001);
    expect(text.split('\n').every((each) => each.length <= 600)).toBe(true);
    expect(text).not.toMatch(/kf_liv/);
    expect(sectionOf(text, 'Log').filter((each) => each.startsWith('xxx')).length).toBeLessThanOrEqual(200);
  });

  it('are copied, and told as they were copied, also when the engine does not answer', async () => {
    const copied: string[] = [];
    const result = await copyDiagnostics({
      engine: async () => ({
        ok: false,
        failure: failure('timeout', 'The data engine did not answer within 5 s.', { detail: secretKey }),
      }),
      log: async () => ['… error main something'],
      versions,
      home: '/home/jane',
      startedAt: noon,
      now: () => noon,
      redactor,
      writeClipboard: async (text) => void copied.push(text),
    });
    expect(result).toEqual({ ok: true, value: copied[0] });
    expect(copied[0]).toContain('## Engine\nThe data engine did not answer within 5 s. •••\n');
    expect(copied[0]).toContain('… error main something');
  });
});
