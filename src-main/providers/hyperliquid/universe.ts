import type { UnixMs } from '../../contract/market.ts';
import { asUnreadable, at, isObject, reject, Unreadable, type JsonObject } from '../parse.ts';
import { keptAnswer, type KeptAnswer } from '../parse/kept-answer.ts';
import { word } from '../parse/numbers.ts';
import type { ProviderContext } from '../provider.ts';
import { ask, originOf, type InfoRequest } from './ask.ts';

const question: InfoRequest = { type: 'metaAndAssetCtxs' };

/** Each kind of each asset comes of the same answer: one that is this young serves again. */
const sharedMs = 2_000;

/** The answer to `metaAndAssetCtxs`: every perpetual and its state, by the venue's names. */
export interface Universe {
  readonly receivedAt: UnixMs;
  /** Listed perpetuals. */
  readonly size: number;
  /**
   * Reads a perpetual's state; null where there is no such perpetual. What is wrong with it refuses the answer: it is
   * recorded, and a FailureError `bad-response` thrown.
   */
  read<T>(coin: string, read: (row: UniverseRow) => T): T | null;
}

export interface UniverseRow {
  readonly meta: JsonObject;
  readonly state: JsonObject;
  /** Where they are in the answer. */
  readonly metaPath: string;
  readonly statePath: string;
}

export const universeOf = (context: ProviderContext): KeptAnswer<Universe> =>
  keptAnswer((signal) => fetchUniverse(context, signal), { now: context.now, forMs: sharedMs });

function fetchUniverse(context: ProviderContext, signal: AbortSignal): Promise<Universe> {
  return ask(context, question, signal, (payload, receivedAt, text) => {
    const rows = readUniverse(payload);
    return {
      receivedAt,
      size: rows.size,
      read: (coin, read) => {
        const row = rows.get(coin);
        if (row === undefined) return null;
        try {
          return read(row);
        } catch (thrown) {
          throw reject(context, originOf(question), text, asUnreadable(thrown));
        }
      },
    };
  });
}

/** `[{universe: [{name, szDecimals, …}], …}, [{markPx, funding, …}]]`: the two lists go together by place. */
export function readUniverse(payload: unknown): ReadonlyMap<string, UniverseRow> {
  if (!Array.isArray(payload)) throw new Unreadable('answered with something other than a list');
  const [meta, states] = payload as readonly unknown[];
  if (!isObject(meta)) throw new Unreadable('is missing or not an object', '[0]');
  const list: unknown = meta['universe'];
  if (!Array.isArray(list)) throw new Unreadable('is missing or not a list', '[0].universe');
  if (!Array.isArray(states)) throw new Unreadable('is missing or not a list', '[1]');
  if (list.length !== states.length) {
    throw new Unreadable(`has ${states.length} rows for ${list.length} perpetuals`, '[1]');
  }
  const rows = new Map<string, UniverseRow>();
  (list as readonly unknown[]).forEach((item, index) => {
    const metaPath = `[0].universe[${index}]`;
    const statePath = `[1][${index}]`;
    const state: unknown = states[index];
    if (!isObject(item)) throw new Unreadable('is not an object', metaPath);
    if (!isObject(state)) throw new Unreadable('is not an object', statePath);
    const name = at(`${metaPath}.name`, () => word(item['name']));
    if (rows.has(name)) throw new Unreadable('is named twice', `${metaPath}.name`);
    if (item['isDelisted'] !== true) rows.set(name, { meta: item, state, metaPath, statePath });
  });
  return rows;
}
