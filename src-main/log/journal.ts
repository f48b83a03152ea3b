import type { EventMessage, Notice } from '../contract/channels.ts';
import type { ProviderStatus } from '../contract/provider-status.ts';
import type { Log } from './log.ts';

const troubled: ReadonlySet<ProviderStatus['state']> = new Set(['offline', 'limited', 'refused', 'plan', 'error']);

/** Notes what the window is told that is worth finding again later: a provider's new state, and each notice once. */
export class Journal {
  readonly #log: Pick<Log, 'add'>;
  readonly #states = new Map<string, string>();
  readonly #notices = new Map<string, string>();

  constructor(log: Pick<Log, 'add'>) {
    this.#log = log;
  }

  look(batch: readonly EventMessage[]): void {
    for (const [name, event] of batch) {
      if (name === 'provider/changed') this.#status(event);
      if (name === 'notice/changed') this.notice(event);
    }
  }

  notice(notice: Notice): void {
    const said = notice.resolved ? `over: ${notice.id}` : notice.text;
    if (this.#notices.get(notice.id) === said) return;
    this.#notices.set(notice.id, said);
    this.#log.add(notice.resolved ? 'info' : notice.level, 'notice', said);
  }

  #status({ id, state, text, failure }: ProviderStatus): void {
    if (this.#states.get(id) === state) return;
    this.#states.set(id, state);
    const detail = failure?.detail ? ` (${failure.detail})` : '';
    this.#log.add(troubled.has(state) ? 'warning' : 'info', `provider:${id}`, `${state}: ${text}${detail}`);
  }
}
