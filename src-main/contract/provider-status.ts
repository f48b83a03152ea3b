import type { Failure } from './failure.ts';
import type { LimitRule } from './limits.ts';
import type { Asset, UnixMs } from './market.ts';
import type { SnapshotKind } from './snapshot.ts';
import type { Environment, ProviderId, Source } from './source.ts';

export type Capability =
  | SnapshotKind
  | 'candles'
  | 'candle-stream'
  | 'snapshot-stream'
  /** Realised liquidations as they happen. */
  | 'liquidation-stream'
  /** Liquidated volumes per interval. */
  | 'liquidation-volumes'
  /** Price, funding and open interest of many assets in one call. */
  | 'overview'
  /** Snapshots of chosen moments of the past. */
  | 'snapshot-at';

/** One of a provider's own parameters that the user may set: shown on its card, handed to it with every request. */
export interface OptionField {
  readonly name: string;
  readonly label: string;
  /**
   * `choice`: one of `choices`; `text`: anything of at most `most` characters, `choices` are proposals; `number`: within
   * `least` … `most`.
   */
  readonly type: 'choice' | 'text' | 'number';
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly least?: number;
  readonly most?: number;
  /** What it means and costs, in a sentence. */
  readonly hint: string;
  /** The value while the user has set none. */
  readonly fallback: string;
}

/** One input of a credential form. Every field is secret unless it says otherwise. */
export interface CredentialField {
  readonly name: string;
  readonly label: string;
  readonly secret: boolean;
}

/** What is fixed about a provider: everything its Settings card needs. */
export interface ProviderInfo {
  readonly id: ProviderId;
  readonly name: string;
  /** One sentence: what it gives. */
  readonly summary: string;
  readonly site: string;
  /** Empty for keyless sources. */
  readonly credential: readonly CredentialField[];
  readonly environments: readonly {
    readonly id: Exclude<Environment, 'simulated'>;
    readonly label: string;
    /** Empty for `custom`. */
    readonly restUrl: string;
    readonly streamUrl: string;
  }[];
  readonly options: readonly OptionField[];
  /** What it allows, as far as it is documented; empty: nothing is known, and answers are all there is to go by. */
  readonly limits: readonly LimitRule[];
  /** Where its stream is below the base URL of a custom host: `/stream`. */
  readonly streamPath: string;
  readonly capabilities: readonly Capability[];
  /** Assets a kind is limited to, where the provider limits it. */
  readonly assets: Partial<Readonly<Record<SnapshotKind, readonly Asset[]>>>;
  /** How its amounts are to be read: `estimated` and why. */
  readonly note: string;
}

export interface CredentialState {
  /** `session`: kept in memory only, by the user's explicit choice. */
  readonly kept: 'none' | 'keychain' | 'session';
  /** Why the keychain could not be used, in one line; null when it works. */
  readonly keychainProblem: string | null;
}

/** Limits as the provider's last answer gave them. */
export interface RateLimits {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetAt: UnixMs | null;
  readonly seenAt: UnixMs;
}

export type ProviderStateKind =
  | 'live' // stream connected and sending
  | 'delayed' // stream connected, but what it sends is older than it should be
  | 'polling' // answers over REST on schedule
  | 'stale' // answers, but nothing newer than it should be has come
  | 'connecting'
  | 'idle' // nothing asked of it now
  | 'no-key'
  | 'offline'
  | 'limited' // until `until`
  | 'refused' // the key; nothing is sent until it changes
  | 'plan' // the plan does not include what is asked
  | 'error';

/** Everything about a provider that changes while it is used. */
export interface ProviderStatus {
  readonly id: ProviderId;
  readonly source: Source;
  readonly state: ProviderStateKind;
  /** The state in one sentence. */
  readonly text: string;
  readonly since: UnixMs;
  /** Next try, or end of a limit. */
  readonly until: UnixMs | null;
  readonly stream: 'off' | 'connecting' | 'live' | 'not-included';
  readonly credential: CredentialState;
  readonly limits: RateLimits | null;
  readonly lastAnswerAt: UnixMs | null;
  /** Calls made to this source since the limit's last reset, by our own log. */
  readonly callsToday: number;
  readonly failure: Failure | null;
}

/** Outcome of pressing Test: one real request. */
export interface ProviderTest {
  readonly at: UnixMs;
  readonly host: string;
  readonly tookMs: number;
  /** One sentence: what was asked and what came back. */
  readonly text: string;
  readonly limits: RateLimits | null;
}
