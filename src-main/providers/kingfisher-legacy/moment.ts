import { failure, FailureError, type Failure } from '../../contract/failure.ts';
import type { UnixMs } from '../../contract/market.ts';
import { providerName } from './errors.ts';

export const atMomentEndpoint = '/api/private/map/timestamp';

const skewMs = 60_000;

/** Epoch seconds, with a fraction where there is one, as the endpoint takes them. Throws `bad-request` for no moment of the past. */
export function secondsOf(at: UnixMs, now: UnixMs): number {
  if (at > 0 && at <= now + skewMs) return at / 1000;
  throw new FailureError(failure('bad-request', `${providerName} has maps of moments of the past only.`));
}

const isSaidToBeAway = /rework|coming back|not (yet )?implemented|maintenance|disabled|unavailable/i;

/**
 * The endpoint is announced as "being reworked, coming back soon". That it does not answer as it should is therefore no
 * trouble of the provider: `unsupported` concerns this question alone and is not tried again by itself. Network, limits
 * and a refused account stay what they are.
 */
export function explainAtMoment(reason: Failure): Failure {
  const { kind, detail, path } = reason;
  const isAway =
    kind === 'server' ||
    kind === 'unsupported' ||
    kind === 'bad-response' ||
    ((kind === 'bad-request' || kind === 'plan') && isSaidToBeAway.test(`${reason.message} ${detail}`));
  if (!isAway) return reason;
  const message =
    'Kingfisher’s map at a moment is being reworked on their side and did not answer as it should; the latest map goes on.';
  return failure('unsupported', message, { detail: detail === '' ? reason.message : detail, path });
}
