import { describe, expect, test } from 'vitest';
import { unixMs } from '../../../src-main/contract/market.ts';
import type { ProviderStateKind } from '../../../src-main/contract/provider-status.ts';
import { credentialNoun } from '../../../src-renderer/panels/parts/credential-noun.ts';
import { exactBytes, formatBytes } from '../../../src-renderer/panels/parts/bytes.ts';
import { columnMoment, shortMoment } from '../../../src-renderer/panels/parts/moment-text.ts';
import { causeText, numberLook, numberTitle } from '../../../src-renderer/panels/parts/number-state.ts';
import { stateLine } from '../../../src-renderer/panels/parts/state-line.ts';
import { stateLooks, stateMeanings } from '../../../src-renderer/panels/mode-badges.ts';
import { freshness } from '../../../src-renderer/state/freshness.ts';
import { allInfos } from './all-infos.ts';
import { sampleNow, statusOf } from './samples.ts';

const later = unixMs(sampleNow + 12_000);
const lineOf = (state: ProviderStateKind, noun: 'key' | 'login' = 'key', until: typeof later | null = null): string =>
  stateLine(statusOf('kingfisher', { state, until }), noun, sampleNow, 'UTC');

test('every state has a word of its own, a shape and a sentence', () => {
  const looks = Object.values(stateLooks);
  expect(new Set(looks.map(({ text }) => text)).size).toBe(12);
  expect(new Set(looks.map(({ text, shape, tone }) => `${shape}/${tone}/${text}`)).size).toBe(12);
  expect(Object.values(stateMeanings).every((text) => /^[A-Z].*\.$/.test(text))).toBe(true);
});

describe('a provider’s state in a few words', () => {
  test('names the age, the end of the limit or the next try', () => {
    expect(lineOf('live')).toBe('live');
    expect(lineOf('polling')).toBe('answers over REST');
    expect(lineOf('delayed')).toBe('delayed 4 s');
    expect(lineOf('stale')).toBe('stale 4 s');
    expect(lineOf('limited', 'key', later)).toBe('limited until 00:00 UTC');
    expect(lineOf('limited', 'key', unixMs(sampleNow + 86_400_000))).toBe('limited until 2025-11-22 00:00 UTC');
    expect(lineOf('error', 'key', later)).toBe('error, next try in 12 s');
    expect(lineOf('offline', 'key', later)).toBe('offline, next try in 12 s');
    expect(lineOf('offline', 'key', sampleNow)).toBe('offline');
    expect(lineOf('plan', 'key', later)).toBe('not in plan');
    expect(lineOf('connecting')).toBe('connecting');
    expect(lineOf('idle')).toBe('idle');
  });

  test('counts a delay from the stream’s last message, where that is known', () => {
    const delayed = statusOf('kingfisher', { state: 'delayed' });
    expect(stateLine(delayed, 'key', sampleNow, 'UTC', unixMs(sampleNow - 40_000))).toBe('delayed 40 s');
  });

  test('calls what is refused by the provider’s own word', () => {
    const noun = (id: string) => credentialNoun(allInfos.find((info) => info.id === id) ?? null);
    expect(noun('kingfisher')).toBe('key');
    expect(noun('kingfisher-legacy')).toBe('login');
    expect(lineOf('refused', noun('kingfisher'))).toBe('key refused');
    expect(lineOf('refused', noun('kingfisher-legacy'))).toBe('login refused');
    expect(lineOf('no-key', noun('kingfisher-legacy'))).toBe('no login');
  });
});

describe('a number', () => {
  test('says why it is late', () => {
    const until = unixMs(sampleNow + 7_200_000);
    const words = (...args: Parameters<typeof freshness>) => causeText(freshness(...args), sampleNow, 'UTC');
    expect(words(0, 10_000, null)).toBeNull();
    expect(words(25_000, 10_000, null)).toBe('delayed');
    expect(words(25_000, 10_000, { state: 'limited', until })).toBe('limited until 02:00 UTC');
    expect(words(25_000, 10_000, { state: 'limited', until: null })).toBe('limited');
    expect(words(0, 10_000, { state: 'refused', until: null }, 'polling', 'login')).toBe('login refused');
    expect(words(0, 10_000, { state: 'offline', until: null })).toBe('offline');
    expect(words(25_000, 10_000, { state: 'plan', until: null })).toBe('not in plan');
    expect(words(99_000, 10_000, null)).toBeNull();
  });

  test('is told by shape, and in a sentence on hover', () => {
    const of = (...args: Parameters<typeof freshness>) => {
      const state = freshness(...args);
      return [numberLook(state)?.shape, numberTitle(state)];
    };
    expect(of(0, 10_000, null)).toEqual(['disc', '. The stream is connected and sends.']);
    expect(of(0, 10_000, null, 'polling')).toEqual(['half', '. Answers come over REST, on schedule.']);
    expect(of(25_000, 10_000, null)).toEqual(['half', '. Delayed: an update is missing.']);
    expect(of(99_000, 10_000, null)).toEqual(['pause', '. Stale: nothing newer has come.']);
    expect(of(0, 10_000, { state: 'refused', until: null }, 'polling', 'login')).toEqual([
      'pause',
      '. Stale: the source refuses the login.',
    ]);
    expect(numberLook({ stale: false, reason: null })).toBeNull();
    expect(numberTitle({ stale: false, reason: null })).toBe('');
  });
});

test('a moment of another day carries its date', () => {
  const noon = unixMs(Date.UTC(2025, 10, 21, 14, 2, 9));
  expect(shortMoment(noon, noon, 'UTC')).toBe('14:02 UTC');
  expect(shortMoment(noon, unixMs(noon + 86_400_000), 'UTC')).toBe('2025-11-21 14:02 UTC');
  expect(columnMoment(noon, noon, 'UTC')).toBe('14:02:09');
  expect(columnMoment(noon, unixMs(noon + 86_400_000), 'UTC')).toBe('11-21 14:02:09');
});

test('bytes have three digits and their unit, in steps of a thousand', () => {
  expect([0, 948, 1_000, 48_112, 999_960, 3_412_992_000, 7.2e15].map(formatBytes)).toEqual([
    '0 B',
    '948 B',
    '1 KB',
    '48.1 KB',
    '1 MB',
    '3.41 GB',
    '7,200 TB',
  ]);
  expect(formatBytes(null)).toBe('—');
  expect([exactBytes(1), exactBytes(48_112)]).toEqual(['1 byte', '48,112 bytes']);
});
