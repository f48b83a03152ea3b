import type { Notice } from '../contract/channels.ts';
import type { UnixMs } from '../contract/market.ts';
import type { ProviderStateKind, ProviderStatus } from '../contract/provider-status.ts';
import type { ProviderId } from '../contract/source.ts';

export interface OutageTools {
  nameOf(id: ProviderId): string;
  notice(notice: Notice): void;
  readonly now: () => UnixMs;
}

/** What is over before this time is not worth a notice. */
const patienceMs = 3_000;
const isOut: ReadonlySet<ProviderStateKind> = new Set(['offline', 'limited', 'refused', 'error']);
const answers: ReadonlySet<ProviderStateKind> = new Set(['live', 'delayed', 'polling', 'stale', 'plan']);
/** From so many providers that cannot be reached it is the network. */
const network = 2;
const networkId = 'outage-network';
const idOf = (id: ProviderId): string => `outage-${id}`;

interface Outage {
  status: ProviderStatus;
  readonly since: UnixMs;
}

interface Told {
  readonly text: string;
  readonly since: UnixMs;
  readonly level: Notice['level'];
}

/**
 * One notice for each outage, which is told again when it changes and is over when the provider answers; a network that is
 * away is one outage, not one of every provider. Of a provider that nobody uses there is none.
 */
export class Outages {
  readonly #tools: OutageTools;
  readonly #out = new Map<ProviderId, Outage>();
  readonly #shown = new Map<string, string>();
  /** What became of one that is over, where it did not simply answer. */
  readonly #ends = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tools: OutageTools) {
    this.#tools = tools;
  }

  told(status: ProviderStatus): void {
    const { id, state } = status;
    const known = this.#out.get(id);
    // It is being asked again: that ends nothing yet.
    if (state === 'connecting' && known) return;
    if (isOut.has(state)) {
      if (known) known.status = status;
      else this.#out.set(id, { status, since: this.#tools.now() });
    } else this.#end(id, answers.has(state) ? `${this.#tools.nameOf(id)} answers again.` : status.text);
    if (known || this.#out.has(id)) this.#showSoon(known ? 0 : patienceMs);
  }

  /** Its connection was taken down, or nothing is wanted of it any more. */
  unused(id: ProviderId): void {
    if (!this.#out.has(id)) return;
    this.#end(id, `${this.#tools.nameOf(id)} is not in use as it was then.`);
    this.#showSoon(0);
  }

  /** Nothing is connected any more. */
  clear(): void {
    for (const id of [...this.#out.keys()]) this.unused(id);
    clearTimeout(this.#timer);
    this.#show();
  }

  #end(id: ProviderId, text: string): void {
    if (this.#out.delete(id)) this.#ends.set(idOf(id), text);
  }

  #showSoon(waitMs: number): void {
    this.#timer ??= setTimeout(() => this.#show(), waitMs);
  }

  #show(): void {
    this.#timer = undefined;
    const now = this.#tools.now();
    const texts = this.#texts(now);
    for (const id of this.#shown.keys()) {
      if (texts.has(id)) continue;
      const text = id === networkId ? 'Others answer again.' : (this.#ends.get(id) ?? partOfMore);
      this.#tools.notice({ id, level: 'info', text, at: now, resolved: true });
    }
    for (const [id, { text, since, level }] of texts) {
      if (this.#shown.get(id) !== text) this.#tools.notice({ id, level, text, at: since, resolved: false });
    }
    this.#shown.clear();
    this.#ends.clear();
    for (const [id, { text }] of texts) this.#shown.set(id, text);
    const isWaiting = [...this.#out.values()].some((outage) => !isLasting(outage, now));
    if (isWaiting) this.#showSoon(patienceMs);
  }

  /** What is to be shown, by the notice's id. */
  #texts(now: UnixMs): Map<string, Told> {
    const lasting = [...this.#out.entries()].filter(([, outage]) => isLasting(outage, now));
    const unreached = lasting.filter(([, { status }]) => status.state === 'offline');
    const isNetwork = unreached.length >= network;
    const texts = new Map<string, Told>();
    if (isNetwork) {
      const names = listOf(unreached.map(([id]) => this.#tools.nameOf(id)));
      const text = `${names} cannot be reached. What is cached stays, with its age; each is tried again by itself.`;
      const since = unreached.reduce((first, [, outage]) => (outage.since < first ? outage.since : first), now);
      texts.set(networkId, { text, since, level: 'warning' });
    }
    for (const [id, { status, since }] of lasting) {
      if (isNetwork && status.state === 'offline') continue;
      texts.set(idOf(id), { text: status.text, since, level: status.state === 'refused' ? 'error' : 'warning' });
    }
    return texts;
  }
}

const partOfMore = 'Others cannot be reached either; one notice tells of all.';

/** A wall that was set back hides none. */
const isLasting = ({ since }: Outage, now: UnixMs): boolean => now - since >= patienceMs || now < since;

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
