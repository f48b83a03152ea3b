import { expect, it } from 'vitest';
import { failure, type Failure } from '../../../../src-main/contract/failure.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import type { ProviderStateKind, ProviderStatus } from '../../../../src-main/contract/provider-status.ts';
import { Journal } from '../../../../src-main/log/journal.ts';

function setUp() {
  const lines: string[] = [];
  const journal = new Journal({ add: (...line) => (lines.push(line.join(' ')), '') });
  return { journal, lines };
}

function status(state: ProviderStateKind, text: string, reason: Failure | null = null): ProviderStatus {
  return {
    id: 'kaiko',
    source: { provider: 'kaiko', environment: 'production', host: 'api.test' },
    state,
    text,
    since: unixMs(0),
    until: null,
    stream: 'off',
    credential: { kept: 'none', keychainProblem: null },
    limits: null,
    lastAnswerAt: null,
    callsToday: 0,
    failure: reason,
  };
}

it('notes a provider’s state when it changes, with the detail of what failed', () => {
  const { journal, lines } = setUp();
  journal.look([['provider/changed', status('polling', 'Kaiko answers.')]]);
  journal.look([['provider/changed', status('polling', 'Kaiko answers, 3 calls left.')]]);
  const reason = failure('offline', 'No network.', { detail: 'ENETUNREACH' });
  journal.look([['provider/changed', status('offline', 'No network.', reason)]]);
  expect(lines).toEqual([
    'info provider:kaiko polling: Kaiko answers.',
    'warning provider:kaiko offline: No network. (ENETUNREACH)',
  ]);
});

it('notes a notice once, and that it is over', () => {
  const { journal, lines } = setUp();
  const notice = { id: 'store', level: 'error', text: 'The disk is full.', at: unixMs(0), resolved: false } as const;
  journal.look([['notice/changed', notice]]);
  journal.look([['notice/changed', { ...notice, at: unixMs(5) }]]);
  journal.look([['notice/changed', { ...notice, resolved: true }]]);
  journal.look([['market/changed', { effective: 'live', reason: null }]]);
  expect(lines).toEqual(['error notice The disk is full.', 'info notice over: store']);
});
