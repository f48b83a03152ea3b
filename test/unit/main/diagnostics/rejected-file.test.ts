import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRejected } from '../../../../src-main/diagnostics/rejected-file.ts';
import type { RejectedPayload } from '../../../../src-main/store/rejected.ts';
import { Redactor } from '../../../../src-main/log/redactor.ts';
import { noon, secretKey } from './samples.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'halcyon-rejected-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const redactor = new Redactor(() => [secretKey]);
const row = (text: string): RejectedPayload => ({
  source: { provider: 'kaiko', environment: 'production', host: 'api.test' },
  endpoint: `/v2/data?api_key=${secretKey}`,
  at: noon,
  path: '$.data[0].price',
  message: 'Not a number.',
  text,
});

describe('rejected payloads', () => {
  it('are written one a line, whole and without keys', async () => {
    const file = join(folder, 'out.jsonl');
    const written = await writeRejected(file, [row('{"price":"x"}\n'), row(`{"echo":"${secretKey}"}`)], redactor);
    const content = readFileSync(file, 'utf8');
    const lines = content
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      {
        source: 'kaiko@production:api.test',
        endpoint: '/v2/data?api_key=•••',
        time: '2026-02-01T12:00:00.000Z',
        path: '$.data[0].price',
        message: 'Not a number.',
        text: '{"price":"x"}\n',
      },
      expect.objectContaining({ text: '{"echo":"•••"}' }),
    ]);
    expect(written).toEqual({ file, bytes: Buffer.byteLength(content), count: 2 });
    expect(readdirSync(folder)).toEqual(['out.jsonl']);
  });

  it('leave the former file as it was when writing them fails', async () => {
    const file = join(folder, 'out.jsonl');
    writeFileSync(file, 'former');
    async function* rows(): AsyncGenerator<RejectedPayload> {
      yield row('a'.repeat(300_000));
      throw new Error('the disk went away');
    }
    await expect(writeRejected(file, rows(), redactor)).rejects.toMatchObject({
      failure: { kind: 'store', message: `The file ${file} could not be written.`, detail: 'the disk went away' },
    });
    expect(readFileSync(file, 'utf8')).toBe('former');
    expect(readdirSync(folder)).toEqual(['out.jsonl']);
  });

  it('are a sentence where the folder is gone', async () => {
    const file = join(folder, 'gone', 'out.jsonl');
    await expect(writeRejected(file, [row('{}')], redactor)).rejects.toMatchObject({ failure: { kind: 'store' } });
  });

  it('are an empty file when there are none', async () => {
    const file = join(folder, 'out.jsonl');
    expect(await writeRejected(file, [], redactor)).toEqual({ file, bytes: 0, count: 0 });
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});
