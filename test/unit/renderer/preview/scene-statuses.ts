import { failure } from '../../../../src-main/contract/failure.ts';
import type { UnixMs } from '../../../../src-main/contract/market.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import type { ProviderStatus } from '../../../../src-main/contract/provider-status.ts';
import { providerIds } from '../../../../src-main/contract/source.ts';
import type { Environment, ProviderId } from '../../../../src-main/contract/source.ts';
import * as sample from '../samples.ts';

export const keyed: readonly ProviderId[] = ['kingfisher', 'kingfisher-legacy', 'kaiko', 'kiyotaka'];
/** Scenes in which only Kingfisher has a key, or nobody. */
const oneKey: readonly string[] = ['live', 'stale', 'offline', 'error', 'refused', 'limited'];
const noKey: readonly string[] = ['keyless', 'empty', 'fallback', 'reason'];

/** What each provider's status is in a scene. */
export function sceneStatuses(scene: string, environment: Environment, at: UnixMs): ProviderStatus[] {
  const soon = unixMs(Date.now() + 45_000);
  const hasKey = (id: ProviderId): boolean =>
    !keyed.includes(id) || !(noKey.includes(scene) || (oneKey.includes(scene) && id !== 'kingfisher'));
  const idle: readonly ProviderId[] = ['layers', 'volumes', 'backfill', 'flow', 'planless'].includes(scene)
    ? []
    : ['okx', 'hyperliquid'];
  return providerIds.map((id) => {
    const base = sample.statusOf(id, {
      source: sample.sourceOf(id, environment),
      since: at,
      lastAnswerAt: at,
      state: ['binance', 'bybit', 'okx'].includes(id) ? 'live' : 'polling',
      text: 'Answers as expected.',
      credential: {
        kept: keyed.includes(id) && environment !== 'simulated' ? 'keychain' : 'none',
        keychainProblem: null,
      },
      limits:
        id === 'kingfisher' ? { limit: 100, remaining: 87, resetAt: unixMs(Date.now() + 36e5), seenAt: at } : null,
    });
    if (environment !== 'simulated' && !hasKey(id)) {
      const none = { kept: 'none', keychainProblem: null } as const;
      return { ...base, state: 'no-key', text: 'No key is kept.', limits: null, lastAnswerAt: null, credential: none };
    }
    if (idle.includes(id)) return { ...base, state: 'idle', text: 'Nothing is asked of it now.', lastAnswerAt: null };
    return { ...base, ...special(scene, id, soon) };
  });
}

/** One provider for each state. */
const states: Readonly<Record<ProviderId, Partial<ProviderStatus>>> = {
  kingfisher: {
    state: 'delayed',
    stream: 'live',
    text: 'The stream of Kingfisher is connected, but its last map is older than it should be.',
  },
  'kingfisher-legacy': {
    state: 'refused',
    text: 'Kingfisher legacy refuses the login (401). Nothing is sent until it changes.',
    failure: failure('auth', 'Kingfisher legacy refuses the login.'),
  },
  kaiko: { state: 'plan', text: 'Your Kaiko plan does not include liquidations.' },
  kiyotaka: { state: 'limited', text: 'Kiyotaka limits requests: the weight of this minute is used up.' },
  binance: { state: 'live', stream: 'live', text: 'Candles and prices stream.' },
  bybit: { state: 'polling', text: 'Answers over REST, every 5 minutes.' },
  okx: { state: 'offline', text: 'OKX cannot be reached: its host refuses this network.' },
  hyperliquid: { state: 'stale', text: 'Hyperliquid answers, but with nothing newer than 14 minutes.' },
  deribit: { state: 'error', text: 'Deribit had an error of its own (503).' },
};

function special(scene: string, id: ProviderId, soon: UnixMs): Partial<ProviderStatus> {
  if (scene === 'states') {
    const waits = ['limited', 'offline', 'error'].includes(states[id].state ?? '');
    return { ...states[id], until: waits ? soon : null };
  }
  if (scene === 'offline') {
    const text = `${sample.hosts[id]} cannot be reached: there is no network.`;
    return { state: 'offline', text, until: soon, failure: failure('offline', text, { retryAt: soon }) };
  }
  if (scene === 'empty') return { state: 'connecting', text: 'Is being connected.', lastAnswerAt: null };
  if (scene === 'fallback' && id === 'binance') {
    return { state: 'offline', text: 'Binance cannot be reached: its host refuses this network.', until: soon };
  }
  if (scene === 'planless' && id === 'kiyotaka') {
    const text = 'Your Kiyotaka plan does not include the Hyperliquid heatmap: it is part of the Advanced plan.';
    return { state: 'plan', text, failure: failure('plan', text) };
  }
  if (scene === 'refused' && id === 'kingfisher') {
    return {
      state: 'refused',
      text: 'Kingfisher refuses the key (401). Nothing is sent until it changes.',
      failure: failure('auth', 'Kingfisher refuses the key.'),
      credential: { kept: 'session', keychainProblem: 'The system keychain is locked.' },
    };
  }
  if (scene === 'limited' && id === 'kingfisher') {
    return {
      state: 'live',
      stream: 'live',
      text: 'Kingfisher is streaming. Daily limit exceeded. Upgrade to Elite for unlimited requests.',
      limits: { limit: 100, remaining: 0, resetAt: unixMs(Date.now() + 36e5), seenAt: unixMs(Date.now()) },
    };
  }
  return {};
}
