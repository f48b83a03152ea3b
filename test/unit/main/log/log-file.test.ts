import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { LogFile, type LogDisk } from '../../../../src-main/log/log-file.ts';
import { newestLines } from '../../../../src-main/log/newest-lines.ts';

let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'halcyon-log-')), 'logs')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const disk: LogDisk = { appendFile, appendFileSync, mkdir, rename, rm, stat, readFile };
const text = (name = 'halcyon.log') => readFileSync(join(folder, name), 'utf8');
const full = (): Promise<never> => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
const line = (number: number) => `2026-02-01T12:00:00.${String(number).padStart(3, '0')}Z info main line ${number}`;

describe('the log file', () => {
  it('has every line in order, and the user alone may read it', async () => {
    const file = new LogFile(folder);
    for (let number = 0; number < 500; number++) file.write(line(number));
    await file.flushed();
    expect(text()).toBe(Array.from({ length: 500 }, (_, number) => `${line(number)}\n`).join(''));
    if (process.platform !== 'win32') expect(statSync(join(folder, 'halcyon.log')).mode & 0o777).toBe(0o600);
  });

  it('takes a line that comes while others are being written', async () => {
    const file = new LogFile(folder);
    file.write(line(1));
    await Promise.resolve();
    await Promise.resolve();
    file.write(line(2));
    await file.flushed();
    file.write(line(3));
    await file.flushed();
    expect(text()).toBe(`${line(1)}\n${line(2)}\n${line(3)}\n`);
  });

  it('is followed by a new one before it grows past its size, and only so many are kept', async () => {
    const size = (line(100).length + 1) * 10;
    const file = new LogFile(folder, { maxBytes: size, files: 3 });
    for (let number = 100; number < 195; number++) {
      file.write(line(number));
      await file.flushed();
    }
    expect(readdirSync(folder).sort()).toEqual(['halcyon.1.log', 'halcyon.2.log', 'halcyon.log']);
    expect(text().split('\n').filter(Boolean)).toEqual([190, 191, 192, 193, 194].map(line));
    expect(text('halcyon.2.log').split('\n')[0]).toBe(line(170));
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(size);
  });

  it('goes on with what an earlier run left', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'halcyon.log'), 'x'.repeat(90));
    const file = new LogFile(folder, { maxBytes: 100 });
    file.write(line(1));
    await file.flushed();
    expect(text('halcyon.1.log')).toBe('x'.repeat(90));
    expect(text()).toBe(`${line(1)}\n`);
  });

  it('waits out a full disk within bounds, and then tells how many lines were lost', async () => {
    let isFull = true;
    const file = new LogFile(folder, {
      mostWaiting: 10,
      disk: { ...disk, appendFile: (...args) => (isFull ? full() : appendFile(...args)) },
    });
    for (let number = 0; number < 100; number++) {
      file.write(line(number));
      await file.flushed();
    }
    isFull = false;
    file.write(line(100));
    await file.flushed();
    const lines = text().split('\n').filter(Boolean);
    expect(lines[0]).toBe('2026-02-01T12:00:00.091Z warning main 91 lines were lost: the disk took none');
    expect(lines.slice(1)).toEqual(Array.from({ length: 10 }, (_, at) => line(91 + at)));
  });

  it.each(['mkdir', 'stat', 'rename', 'rm', 'appendFile'] as const)('never throws where %s fails', async (broken) => {
    const file = new LogFile(folder, { maxBytes: 100, disk: { ...disk, [broken]: full } });
    for (let number = 0; number < 5; number++) {
      file.write(line(number));
      await file.flushed();
    }
    file.flushNow();
    expect(await file.tail(5)).toBeInstanceOf(Array);
  });

  it('writes what waits at once when the process is about to end', () => {
    mkdirSync(folder);
    const file = new LogFile(folder);
    file.write(line(1));
    file.flushNow();
    expect(text()).toBe(`${line(1)}\n`);
    rmSync(folder, { recursive: true });
    file.write(line(2));
    file.flushNow();
  });

  it('gives its last lines, also when a new file has just begun', async () => {
    const file = new LogFile(folder, { maxBytes: (line(0).length + 1) * 4 });
    for (let number = 0; number < 6; number++) {
      file.write(line(number));
      await file.flushed();
    }
    expect(await file.tail(4)).toEqual([2, 3, 4, 5].map(line));
    expect(await new LogFile(join(folder, 'nowhere')).tail(4)).toEqual([]);
  });
});

describe('the newest lines', () => {
  const earlier = Array.from({ length: 300 }, (_, at) => line(at));
  const startedAt = unixMs(Date.parse('2026-02-01T12:00:00.300Z'));
  const file = { tail: async (count: number) => [...earlier, line(300), line(301)].slice(-count) };

  it('are those of this run and as many of the runs before as are missing, none twice', async () => {
    const lines = await newestLines([line(300), line(301)], file, startedAt);
    expect(lines).toHaveLength(200);
    expect([lines[0], lines[197], lines[198], lines[199]]).toEqual([102, 299, 300, 301].map(line));
  });

  it('are those of this run alone when they are enough', async () => {
    const ofThisRun = Array.from({ length: 250 }, (_, at) => line(300 + at));
    expect(await newestLines(ofThisRun, { tail: () => Promise.reject(new Error('asked')) }, startedAt)).toEqual(
      ofThisRun.slice(-200),
    );
  });
});
