// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StartState } from '../../../src-main/contract/channels.ts';
import { failure, FailureError } from '../../../src-main/contract/failure.ts';
import { unixMs } from '../../../src-main/contract/market.ts';
import { connect } from '../../../src-renderer/bridge.ts';
import ConnectionDialog from '../../../src-renderer/panels/connection/ConnectionDialog.svelte';
import { copiedText, exportedText } from '../../../src-renderer/panels/connection/outcome-text.ts';
import { chargedText, lossText, statusText, streamText } from '../../../src-renderer/panels/connection/request-text.ts';
import { ConnectionLog } from '../../../src-renderer/state/connections.svelte.ts';
import { Terminal } from '../../../src-renderer/state/terminal.svelte.ts';
import { allInfos } from './all-infos.ts';
import { answer, lineOf } from './connection-samples.ts';
import { FakeBridge } from './fake-bridge.ts';
import type { Handlers } from './fake-bridge.ts';
import { sampleNow, startOf, statusOf } from './samples.ts';

let close: (() => void) | null = null;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  close?.();
  close = null;
  document.body.replaceChildren();
  vi.useRealTimers();
});

const words = (element: Element | null | undefined): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
const settled = async (ms = 0): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
};
const button = (name: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll('button')].find(
    (each) => each.getAttribute('aria-label') === name || words(each) === name,
  );
  if (found === undefined) throw new Error(`There is no button ${name}.`);
  return found;
};
const press = async (name: string): Promise<void> => {
  button(name).click();
  flushSync();
  await settled();
};
const card = (name: string): string => words(document.querySelector(`section[aria-label="${name}"]`));
const rows = (): string[] => [...document.querySelectorAll('tr.line')].map(words);

async function open(handlers: Handlers = {}, more: Partial<StartState> = {}) {
  const bridge = new FakeBridge({ 'connections/read': (question) => answer(question, 120), ...handlers });
  const client = connect(bridge);
  const terminal = new Terminal(client, startOf({ providers: allInfos, ...more }), () => sampleNow);
  const log = new ConnectionLog(client);
  const dialog = mount(ConnectionDialog, { target: document.body, props: { terminal, log, onclose: vi.fn() } });
  close = () => void unmount(dialog);
  flushSync();
  await settled();
  return { bridge, terminal, log };
}

test('each provider says its state, since when, its last answer and what its stream did', async () => {
  const until = unixMs(sampleNow + 7_500_000);
  await open(
    {
      'connections/read': (question) =>
        answer(question, 4, {
          streams: [
            {
              provider: 'binance',
              messages: 12_340,
              superseded: 18,
              connects: 2,
              lastMessageAt: unixMs(sampleNow - 3_000),
            },
          ],
        }),
    },
    {
      statuses: [
        statusOf('kingfisher', { state: 'limited', until, text: 'The limit of the day is used up.' }),
        statusOf('kingfisher-legacy', {
          state: 'refused',
          text: 'Kingfisher legacy refuses the login (401).',
          failure: failure('auth', 'Refused.'),
          since: unixMs(sampleNow - 3_600_000),
        }),
        statusOf('binance', { text: 'Candles and prices stream.' }),
        statusOf('kaiko', { state: 'no-key', text: 'No key is kept.', lastAnswerAt: null }),
      ],
    },
  );
  expect(card('Kingfisher')).toBe(
    'Kingfisher · SIMULATED limited until 02:05 UTC Retry Requests The limit of the day is used up. In this state since 00:00 UTC. Last answer 4 s ago. No stream is open.',
  );
  expect(card('Kingfisher legacy')).toBe(
    'Kingfisher legacy · SIMULATED login refused Retry Change the login… Requests Kingfisher legacy refuses the login (401). In this state since 2025-11-20 23:00 UTC. Last answer 4 s ago.',
  );
  expect(card('Binance')).toBe(
    'Binance · SIMULATED live Requests Candles and prices stream. In this state since 00:00 UTC. Last answer 4 s ago. The stream is connected: 12,340 messages, the last 3 s ago, 18 replaced by newer ones before they were shown; 2 connects.',
  );
  expect(card('Kaiko')).toBe('Kaiko · SIMULATED no key Add a key… Requests No key is kept.');
  expect([...document.querySelectorAll('h3')].map(words)).toEqual(['In use', 'Not in use']);
});

test('Retry asks that provider again', async () => {
  const { bridge } = await open(
    { 'provider/retry': () => null },
    { statuses: [statusOf('kingfisher', { state: 'error', failure: failure('server', 'Down.') })] },
  );
  await press('Retry Kingfisher');
  expect(bridge.argsOf('provider/retry')).toEqual([{ provider: 'kingfisher' }]);
});

test('requests are listed with time, purpose, endpoint, answer, latency, size and charge', async () => {
  const lines = [
    lineOf(3, { provider: 'kiyotaka', charged: 5, purpose: 'user', at: unixMs(sampleNow + 9_000) }),
    lineOf(2, { status: 429, failureKind: 'rate-limited', bytes: 90 }),
    lineOf(1, { status: null, failureKind: 'timeout', bytes: 0, charged: 0, tookMs: 10_000 }),
  ];
  await open({ 'connections/read': () => ({ requests: lines, streams: [], rejected: 0, replacedEvents: 0 }) });
  await press('Requests');
  expect([...document.querySelectorAll('thead th')].map(words)).toEqual([
    'Time (UTC)',
    'Provider',
    'For',
    'Request',
    'Answer',
    'Took',
    'Size',
    'Charged',
  ]);
  const cells = [...document.querySelectorAll('tr.line')].map((row) => [...row.querySelectorAll('td')].map(words));
  expect(cells).toEqual([
    ['00:00:09', 'Kiyotaka', 'yours', 'GET /v1/thing?n=3', '200', '212 ms', '48.1 KB', 'weight 5'],
    ['11-20 23:59:00', 'Kingfisher', 'background', 'GET /v1/thing?n=2', '429 limited', '212 ms', '90 B', '1 call'],
    ['11-20 23:59:00', 'Binance', 'background', 'GET /v1/thing?n=1', 'timed out', '10,000 ms', '—', 'weight 0'],
  ]);
  expect(words(document.querySelector('.count'))).toBe('The newest 3, all there are.');
});

test('a provider’s button lists its requests alone, older ones are read on demand, newer ones come by themselves', async () => {
  let newest = 400;
  const { bridge } = await open({ 'connections/read': (question) => answer(question, newest) });
  await press('Requests to Kingfisher');
  expect(bridge.argsOf('connections/read').at(-1)?.provider).toBe('kingfisher');
  expect(words(document.querySelector('.count'))).toBe('The newest 100.');
  await press('Read 100 older');
  expect(words(document.querySelector('.count'))).toBe('The newest 200.');
  newest = 402;
  bridge.send('requests/changed', { newest });
  await settled(1_000);
  expect(words(document.querySelector('.count'))).toBe('The newest 201.');
  expect(rows()[0]).toContain('GET /v1/thing?n=402');
});

test('an empty log says so, and a broken one says why without claiming to be empty', async () => {
  const { log } = await open({ 'connections/read': (question) => answer(question, 0) });
  await press('Requests');
  expect(words(document.querySelector('.empty'))).toBe('No request was sent yet.');
  log.choose('okx');
  await settled();
  expect(words(document.querySelector('.empty'))).toBe('No request to OKX is in the log.');
  close?.();
  document.body.replaceChildren();
  await open({
    'connections/read': () => {
      throw new FailureError(failure('store', 'The database is locked.'));
    },
  });
  await press('Requests');
  expect(words(document.querySelector('.trouble p'))).toBe('Request log: The database is locked.');
  expect(document.querySelector('.empty')).toBeNull();
});

test('copied diagnostics and exported payloads say what they are, where they went and how large', async () => {
  const { bridge } = await open({
    'connections/read': (question) => answer(question, 1, { rejected: 3, replacedEvents: 1 }),
    'diagnostics/copy': () => 'one\ntwo\nthree\n',
    'rejected/export': () => ({ file: '/tmp/rejected.jsonl', bytes: 48_112, count: 3 }),
  });
  expect(words(document.querySelector('footer > p'))).toBe(
    '3 payloads could not be read and are kept in the database; nothing was drawn from them. 1 update was replaced by newer ones while this window was slow or hidden; the newest is always shown.',
  );
  await press('Copy diagnostics');
  const outcome = (): string => words(document.querySelector('[role=status].outcome'));
  expect(outcome()).toBe(
    'Copied 3 lines: versions, states, limits, the newest requests and log lines. No keys are in it.',
  );
  await press('Export rejected payloads…');
  expect(outcome()).toBe('3 payloads, 48.1 KB, written to /tmp/rejected.jsonl.');
  bridge.handlers['rejected/export'] = () => null;
  await press('Export rejected payloads…');
  expect(outcome()).toBe('No file was chosen; nothing was written.');
  bridge.handlers['diagnostics/copy'] = () => {
    throw new FailureError(failure('bug', 'The clipboard could not be used.'));
  };
  await press('Copy diagnostics');
  expect(outcome()).toBe('The clipboard could not be used.');
});

test('nothing rejected can be exported', async () => {
  await open();
  expect(button('Export rejected payloads…').disabled).toBe(true);
  expect(words(document.querySelector('footer > p'))).toBe(
    'Every payload could be read. No update was replaced on its way to this window.',
  );
});

test('the texts keep their grammar for one', () => {
  expect(lossText(1, 0)).toBe(
    '1 payload could not be read and is kept in the database; nothing was drawn from it. No update was replaced on its way to this window.',
  );
  expect(copiedText('one')).toContain('Copied 1 line:');
  expect(exportedText({ file: '/a', bytes: 1, count: 1 })).toBe('1 payload, 1 B, written to /a.');
  const counts = { provider: 'binance', messages: 1, superseded: 0, connects: 1, lastMessageAt: null } as const;
  expect(streamText('live', counts, sampleNow)).toBe('The stream is connected: 1 message; 1 connect.');
  expect(streamText('not-included', null, sampleNow)).toBe('The plan does not include the stream.');
  expect(statusText({ status: 200, failureKind: 'bad-response' })).toBe('200 unreadable');
  expect(statusText({ status: null, failureKind: null })).toBe('—');
  // The log has no kind for what was answered.
  const told = [200, 304, 400, 401, 403, 404, 418, 429, 500, 503].map((status) =>
    statusText({ status, failureKind: null }),
  );
  expect(told).toEqual([
    ...['200', '304', '400 not accepted', '401 refused', '403 not in plan', '404 not accepted'],
    ...['418 limited', '429 limited', '500 server error', '503 server error'],
  ]);
  expect(chargedText(2, null)).toBe('2 calls');
});
