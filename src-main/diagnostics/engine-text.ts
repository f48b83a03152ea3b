import type { StartState } from '../contract/channels.ts';
import type { Connections, RequestLine, StreamCounts } from '../contract/diagnostics.ts';
import type { StoreState } from '../contract/keeping.ts';
import type { BudgetState } from '../contract/limits.ts';
import type { UnixMs } from '../contract/market.ts';
import type { ProviderStatus } from '../contract/provider-status.ts';
import { settingsText } from './settings-text.ts';

/** What the engine knows; each null: it could not be read. */
export interface EngineFacts {
  readonly start: StartState | null;
  readonly connections: Connections | null;
  readonly store: StoreState | null;
}

const mostRequests = 50;
const mostNotices = 50;

/** The engine's part of the diagnostics. */
export function engineText({ start, connections, store }: EngineFacts): string {
  const sections: [string, readonly string[]][] = [];
  if (start) {
    const options = Object.fromEntries(start.providers.map((info) => [info.id, info.options]));
    const { effective, reason } = start.market;
    sections.push(
      ['Market', [reason === null ? effective : `${effective}: ${reason}`]],
      ['Settings', settingsText(start.settings, options)],
      ['Providers', start.statuses.map(statusLine)],
      ['Budgets', start.budgets.flatMap(budgetLines)],
      ['Notices', newest(start.notices).map(({ level, at, text }) => `${iso(at)} ${level} ${text}`)],
    );
  }
  if (store) sections.push(['Database', storeLines(store)]);
  if (connections) {
    const { rejected, replacedEvents, streams, requests } = connections;
    sections.push(
      ['Counts', [`payloads that could not be read ${rejected}`, `events replaced by newer ones ${replacedEvents}`]],
      ['Streams since the start', streams.map(streamLine)],
      ['Newest requests', requests.slice(0, mostRequests).map(requestLine)],
    );
  }
  return sections
    .map(([title, lines]) => [`## ${title}`, ...(lines.length > 0 ? lines : ['none'])].join('\n'))
    .join('\n\n');
}

const iso = (at: UnixMs | null): string => (at === null ? 'never' : new Date(at).toISOString());

const newest = <Item extends { readonly at: UnixMs }>(items: readonly Item[]): readonly Item[] =>
  [...items].sort((a, b) => b.at - a.at).slice(0, mostNotices);

function statusLine(status: ProviderStatus): string {
  const { id, source, state, since, stream, until, failure, credential } = status;
  const why = failure ? `; ${failure.kind}${failure.detail ? ` (${failure.detail})` : ''}` : '';
  const key = `key ${credential.kept}${credential.keychainProblem === null ? '' : ', keychain trouble'}`;
  const wait = until === null ? '' : `, until ${iso(until)}`;
  return `${id} ${source.environment} ${source.host} ${state} since ${iso(since)}${wait}, stream ${stream}, ${key}, last answer ${iso(status.lastAnswerAt)}: ${status.text}${why}`;
}

function budgetLines({ provider, rules, reserve, pausedUntil }: BudgetState): string[] {
  const paused = pausedUntil === null ? '' : `, paused until ${iso(pausedUntil)}`;
  return rules.map(({ rule, amount, amountBasis, used, left, resetAt, resetBasis }) => {
    const reset = resetAt === null ? '' : `, reset ${iso(resetAt)} (${resetBasis})`;
    return `${provider} ${rule.id}: ${used} of ${amount ?? '∞'} ${rule.label} (${amountBasis}), left ${left ?? '∞'}, reserve ${reserve}${reset}${paused}`;
  });
}

function storeLines({ file, bytes, freeBytes, checkedAt, backedUpAt, kept }: StoreState): string[] {
  return [
    `${file}: ${bytes} bytes, free on the disk ${freeBytes ?? 'unknown'}, checked ${iso(checkedAt)}, backed up ${iso(backedUpAt)}`,
    ...kept.map((each) => `${each.thing}: ${each.rows} rows, about ${each.bytes} bytes, oldest ${iso(each.oldest)}`),
  ];
}

const streamLine = ({ provider, messages, superseded, connects, lastMessageAt }: StreamCounts): string =>
  `${provider}: ${messages} messages, ${superseded} replaced before they were shown, ${connects} connects, last ${iso(lastMessageAt)}`;

const requestLine = (line: RequestLine): string =>
  `${iso(line.at)} ${line.source.provider} ${line.method} ${line.endpoint} ${line.status ?? 'no answer'} ${Math.round(line.tookMs)} ms, ${line.bytes} bytes, charged ${line.charged}, ${line.purpose}${line.failureKind === null ? '' : `, ${line.failureKind}`}`;
