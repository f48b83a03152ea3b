import { failure, type Failure } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import type { SocketEnd } from '../../net/socket-end.ts';
import { streamErrorOf } from './errors.ts';

/** Close code of WebSocket for a breach of the server's rules; all that a server need say of a key it does not take. */
const policyViolation = 1008;
/** One such close may be a hiccup; so many in a row are a refusal, and the key is not sent again. */
const mostEarlyCloses = 3;
const earlyMs = 30_000;

/**
 * What the end of a connection means. Inferred: a refused upgrade means what the same status means over REST; closing
 * codes in the range for applications likewise; and a connection that is closed soon after the key was sent, again and
 * again and without any data, is refused.
 */
export class StreamEnds {
  #openedAt: UnixMs | null = null;
  #early = 0;

  opened(now: UnixMs): void {
    this.#openedAt = now;
  }

  /** Data came: the key is good. */
  brought(): void {
    this.#openedAt = null;
    this.#early = 0;
  }

  /** Null: an ordinary loss. */
  explain({ status, code, reason, headers }: SocketEnd, now: UnixMs): Failure | null {
    const meant = status ?? (code !== null && code >= 4000 ? code - 4000 : null);
    if (meant !== null && [401, 402, 403, 429].includes(meant)) {
      return streamErrorOf({ error: 'closed', code: meant, message: reason, retry_after: headers['retry-after'] }, now);
    }
    if (code !== policyViolation || this.#openedAt === null || now - this.#openedAt > earlyMs) return null;
    this.#early += 1;
    return this.#early < mostEarlyCloses ? null : refusal(reason, now);
  }
}

/** Where the words name neither key nor plan it is taken for the plan: REST, if it refuses the key, says so by itself. */
function refusal(reason: string, now: UnixMs): Failure {
  const said = streamErrorOf({ error: 'closed', message: reason }, now);
  if (said?.kind === 'auth' || said?.kind === 'plan') return said;
  return failure(
    'plan',
    `Kingfisher closed the stream ${mostEarlyCloses} times in a row right after the key was sent: the plan of this key may not include the stream.`,
    { detail: `close code ${policyViolation} ${reason}`.trim() },
  );
}
