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
/** From so many providers that cannot be reached it is the network. */
const network = 2;
const networkId = 'outage-network';

interface Outage {
  status: ProviderStatus;
  readonly since: UnixMs;
}

/**
 * One notice for each outage, which is told again when it changes and is over when the provider answers; a network that is
 * away is one outage, not one of every provider.
 */
export class Outages {
  readonly #tools: OutageTools;
  readonly #out = new Map<ProviderId, Outage>();
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(tools: OutageTools) {
    this.#tools = tools;
  }

  told(status: ProviderStatus): void {
    const known = this.#out.get(status.id);
    if (!isOut.has(status.state)) this.#out.delete(status.id);
    else if (known) known.status = status;
    else this.#out.set(status.id, { status, since: this.#tools.now() });
    if (known || this.#out.has(status.id)) this.#timer ??= setTimeout(() => this.#show(), known ? 0 : patienceMs);
  }

  /** Nothing is connected any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#out.clear();
    this.#show();
  }

  #show(): void {
    this.#timer = undefined;
    const now = this.#tools.now();
    const lasting = [...this.#out.entries()].filter(([, { since }]) => now - since >= patienceMs || now < since);
    const unreached = lasting.filter(([, { status }]) => status.state === 'offline');
    const isNetwork = unreached.length >= network;
    const texts = new Map<string, { text: string; since: UnixMs; level: Notice['level'] }>();
    if (isNetwork) {
      const names = listOf(unreached.map(([id]) => this.#tools.nameOf(id)));
      const text = `${names} cannot be reached. What is cached stays, with its age; each is tried again by itself.`;
      const since = unreached.reduce((first, [, outage]) => (outage.since < first ? outage.since : first), now);
      texts.set(networkId, { text, since, level: 'warning' });
    }
    for (const [id, { status, since }] of lasting) {
      if (isNetwork && status.state === 'offline') continue;
      texts.set(`outage-${id}`, { text: status.text, since, level: status.state === 'refused' ? 'error' : 'warning' });
    }
    for (const id of [...this.#shown.keys()].filter((id) => !texts.has(id))) this.#end(id, now);
    for (const [id, { text, since, level }] of texts) {
      if (this.#shown.get(id) === text) continue;
      this.#shown.set(id, text);
      this.#tools.notice({ id, level, text, at: since, resolved: false });
    }
    if (lasting.length < this.#out.size) this.#timer = setTimeout(() => this.#show(), patienceMs);
  }

  #end(id: string, at: UnixMs): void {
    this.#shown.delete(id);
    this.#tools.notice({ id, level: 'info', text: 'It answers again.', at, resolved: true });
  }
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
