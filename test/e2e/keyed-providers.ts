import type { ProviderId } from '../../src-main/contract/source.ts';
import type { DemoServer } from '../../src-main/demo/servers.ts';
import { demoProviders } from '../../src-main/demo/servers.ts';
import { kaikoHours } from './kaiko-hours.ts';
import type { MapName } from './pages/maps.ts';
import type { ProviderName } from './pages/settings.ts';
import { fixture } from './with-servers.ts';

type Secret = Readonly<Record<string, string>>;

/** A provider with credentials, as a user meets it. */
export interface KeyedProvider {
  readonly id: Extract<ProviderId, 'kingfisher-legacy' | 'kaiko' | 'kiyotaka'>;
  readonly name: ProviderName;
  readonly noun: 'key' | 'login';
  readonly fields: readonly { readonly name: string; readonly label: string }[];
  readonly secret: Secret;
  readonly wrong: Secret;
  /** What must be nowhere but in the keychain and in requests to its own host. */
  readonly hidden: readonly string[];
  /** The layer that asks it; null: its volumes are asked for anyway. */
  readonly map: (MapName & string) | null;
  /** Puts documented answers in place of the market's. */
  speak(server: DemoServer): Promise<void>;
  /** What Test says when all is well. */
  tested(): string | RegExp;
  readonly testedPaths: readonly string[];
  readonly refused: string;
  readonly refusedPaths: readonly string[];
  /** Where a 403 comes from. */
  readonly dataEndpoint: string;
  readonly lacking: string;
  readonly lackingPaths: readonly string[];
  readonly missing: string;
}

const secretOf = (id: ProviderId): Secret => {
  const { secret } = demoProviders[id];
  if (secret === null) throw new Error(`${id} has no credentials`);
  return secret;
};
const apiKey = [{ name: 'apiKey', label: 'API key' }] as const;
const again = 'Enter a valid key in Settings → Providers; Halcyon does not use this one again by itself.';

export const keyedProviders: readonly KeyedProvider[] = [
  {
    id: 'kingfisher-legacy',
    name: 'Kingfisher legacy',
    noun: 'login',
    fields: [
      { name: 'login', label: 'Login' },
      { name: 'password', label: 'Password' },
    ],
    secret: secretOf('kingfisher-legacy'),
    wrong: { login: 'demo', password: 'not-that-password-51c2' },
    hidden: ['demo-password', 'not-that-password-51c2', 'simulated-legacy-token-000001'],
    map: 'Kingfisher legacy',
    speak: async (server) => server.override('latest', await fixture('kingfisher-legacy/latest-btc.inferred.json')),
    tested: () => 'Logged in and asked for the latest all_leverage map of BTC/USDT on binance: 4 levels came back.',
    testedPaths: ['/api/auth/login', '/api/private/map/latest'],
    refused:
      'Kingfisher legacy refused the login or the password: Wrong login or password. Enter them again in Settings → Providers; Halcyon does not use these again by itself.',
    refusedPaths: ['/api/auth/login'],
    dataEndpoint: 'latest',
    lacking:
      'Your Kingfisher account does not include these maps: Your subscription does not include API access. API access is applied for on the dashboard.',
    lackingPaths: ['/api/auth/login', '/api/private/map/latest'],
    missing: 'Kingfisher legacy has no login and password yet. Add them in Settings → Providers.',
  },
  {
    id: 'kaiko',
    name: 'Kaiko',
    noun: 'key',
    fields: apiKey,
    secret: secretOf('kaiko'),
    wrong: { apiKey: 'kaiko_wrong_key_7d10' },
    hidden: ['kaiko_demo_key', 'kaiko_wrong_key_7d10'],
    map: null,
    speak: async (server) => server.override('liquidations/BTC', (asked) => kaikoHours(asked)),
    tested: () =>
      /Asked for the newest interval of BTC liquidations \(1 hour\): 474,520 US dollars since \d{4}-\d\d-\d\d \d\d:00 UTC came back\./,
    testedPaths: ['/v2/data/liquidation.v1/token/btc'],
    refused: `Kaiko refused the key: You are not authenticated properly. ${again}`,
    refusedPaths: ['/v2/data/liquidation.v1/token/btc'],
    dataEndpoint: 'liquidations',
    lacking:
      "Your Kaiko plan does not include token-level liquidation volumes, or not for this asset or range: You don't have access to the requested resource.",
    lackingPaths: ['/v2/data/liquidation.v1/token/btc'],
    missing: 'Kaiko has no key yet. Add one in Settings → Providers.',
  },
  {
    id: 'kiyotaka',
    name: 'Kiyotaka',
    noun: 'key',
    fields: apiKey,
    secret: secretOf('kiyotaka'),
    wrong: { apiKey: 'kiyotaka_wrong_key_90ee' },
    hidden: ['kiyotaka_demo_key', 'kiyotaka_wrong_key_90ee'],
    map: null,
    speak: () => Promise.resolve(),
    tested: () => /Asked for the key's usage, which costs nothing: weight \d{3} of 750 is left\./,
    testedPaths: ['/v1/usage'],
    refused: `Kiyotaka refused the key: Missing or invalid API key. ${again}`,
    refusedPaths: ['/v1/usage'],
    dataEndpoint: 'points',
    lacking: 'Your Kiyotaka plan does not include liquidation volumes: Data type not available on your tier.',
    lackingPaths: ['/v1/points'],
    missing: 'Kiyotaka has no key yet. Add one in Settings → Providers.',
  },
];
