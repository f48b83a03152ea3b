import type { StartState } from '../../../../src-main/contract/channels.ts';
import type { Connections, RequestLine } from '../../../../src-main/contract/diagnostics.ts';
import { failure } from '../../../../src-main/contract/failure.ts';
import type { StoreState } from '../../../../src-main/contract/keeping.ts';
import { unixMs } from '../../../../src-main/contract/market.ts';
import { defaultSettings } from '../../../../src-main/contract/settings.ts';
import type { Source } from '../../../../src-main/contract/source.ts';
import { providers } from '../../../../src-main/providers/index.ts';

export const noon = unixMs(Date.UTC(2026, 1, 1, 12));
export const secretKey = 'kf_live_0123456789abcdef';
const source: Source = { provider: 'kingfisher', environment: 'custom', host: 'api.test' };

export const start: StartState = {
  version: '0.1.0',
  profile: '/home/jane/.config/Halcyon',
  settings: {
    ...defaultSettings,
    plan: {
      providers: { kingfisher: { amounts: { day: 500 }, reserve: 5, hours: 8 } },
      intervals: { 'liquidation-map': 900_000 },
      pins: [],
    },
    retention: {
      maxAgeDays: 30,
      maxBytes: null,
      pinned: [{ asset: 'BTC', from: unixMs(0), to: unixMs(1), label: 'my private note' }],
    },
    providers: {
      ...defaultSettings.providers,
      kingfisher: {
        environment: 'custom',
        customUrl: 'https://api.test/hidden-path-1234/v1',
        customStreamUrl: '',
        options: {},
      },
      kiyotaka: { ...defaultSettings.providers.kiyotaka, options: { exchange: 'BINANCE', unknown: 'typed by hand' } },
    },
  },
  market: { effective: 'live', reason: null },
  providers: Object.values(providers).map(({ info }) => info),
  statuses: [
    {
      id: 'kingfisher',
      source,
      state: 'refused',
      text: 'Kingfisher refused the key.',
      since: noon,
      until: null,
      stream: 'off',
      credential: { kept: 'session', keychainProblem: null },
      limits: null,
      lastAnswerAt: null,
      callsToday: 1,
      failure: failure('auth', 'Kingfisher refused the key.', { detail: `401 for ${secretKey}` }),
    },
  ],
  quotes: [],
  snapshots: [],
  notices: [{ id: 'store', level: 'warning', text: 'The disk is nearly full.', at: noon, resolved: false }],
  history: [],
  budgets: [
    {
      provider: 'kingfisher',
      source,
      rules: [
        {
          rule: {
            id: 'day',
            label: 'calls a day',
            unit: 'calls',
            amount: 100,
            windowMs: 86_400_000,
            window: 'fixed',
            told: true,
            basis: 'Pro plan.',
          },
          amount: 500,
          amountBasis: 'settings',
          used: 21,
          left: 479,
          resetAt: unixMs(noon + 43_200_000),
          resetBasis: 'told',
        },
      ],
      reserve: 5,
      pausedUntil: null,
      at: noon,
    },
  ],
};

export const requestAt = (id: number): RequestLine => ({
  id,
  source,
  at: unixMs(noon + id),
  method: 'GET',
  endpoint: `/v1/liquidations/BTC?n=${id}`,
  status: id % 2 === 0 ? 200 : null,
  tookMs: 12.4,
  failureKind: id % 2 === 0 ? null : 'timeout',
  bytes: 100,
  charged: 1,
  purpose: 'background',
});

export const connections: Connections = {
  requests: Array.from({ length: 70 }, (_, at) => requestAt(70 - at)),
  streams: [{ provider: 'kingfisher', messages: 9, superseded: 2, connects: 1, lastMessageAt: noon }],
  rejected: 3,
  replacedEvents: 41,
};

export const store: StoreState = {
  file: '/home/jane/.config/Halcyon/halcyon.db',
  bytes: 1_000,
  kept: [{ thing: 'snapshots', rows: 7, bytes: 700, oldest: noon }],
  freeBytes: null,
  checkedAt: null,
  backedUpAt: noon,
};
