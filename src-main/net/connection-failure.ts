import { failure, FailureError, type Failure } from '../contract/failure.ts';
import { redact } from './redact.ts';

const noName = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME']);
const noPath = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EADDRNOTAVAIL', 'EACCES', 'EPERM']);
const brokenOff = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
]);
const tooSlow = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const unsendable = new Set(['UND_ERR_INVALID_ARG', 'ERR_INVALID_CHAR', 'ERR_INVALID_URL', 'ERR_INVALID_HTTP_TOKEN']);
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH|ERR_TLS/;
const notTls = /^EPROTO$|^ERR_SSL/;
const notHttp = /^HPE_|^UND_ERR_(RESPONSE|HEADERS_OVERFLOW|PARSER)/;

/** What went wrong on the way to `host`, as one sentence that names it. `secrets` are kept out of the detail. */
export function connectionFailure(thrown: unknown, host: string, secrets: readonly string[] = []): Failure {
  const code = codeOf(thrown);
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = redact(`${host}: ${code} ${text}`.trim(), secrets);
  if (noName.has(code)) {
    return failure('offline', `No connection to ${host}: the name was not found. Check the network, or the address.`, {
      detail,
    });
  }
  if (code === 'ECONNREFUSED') {
    return failure('offline', `No connection to ${host}: it refused. Check that the address and the port are right.`, {
      detail,
    });
  }
  if (noPath.has(code))
    return failure('offline', `No connection to ${host}: the network is not reachable.`, { detail });
  if (brokenOff.has(code))
    return failure('offline', `${host} broke off the connection before its answer was complete.`, { detail });
  if (tooSlow.has(code)) return failure('timeout', `${host} did not answer in time.`, { detail });
  if (certificate.test(code)) {
    return failure('offline', `The certificate of ${host} could not be trusted, so nothing was sent to it.`, {
      detail,
    });
  }
  if (notTls.test(code)) {
    return failure('offline', `${host} does not speak HTTPS on this port. Check the address.`, { detail });
  }
  if (notHttp.test(code)) {
    return failure('bad-response', `${host} did not answer in HTTP. Check the address.`, { detail, path: '$' });
  }
  if (unsendable.has(code)) {
    return failure(
      'bad-request',
      `The request to ${host} could not be written. Check the address, and the key for stray characters.`,
      { detail },
    );
  }
  if (code !== '') return failure('offline', `The connection to ${host} failed.`, { detail });
  return failure('bug', `Something went wrong inside Halcyon while asking ${host}.`, { detail });
}

/** Thrown where it is certain that no byte of the request reached the host: nobody can have charged it. */
export class UnsentError extends FailureError {}

/** The failure of a request, and whether it left this machine. */
export function connectionError(thrown: unknown, host: string, secrets: readonly string[] = []): FailureError {
  const code = codeOf(thrown);
  const reason = connectionFailure(thrown, host, secrets);
  const isUnsent =
    code === 'ECONNREFUSED' ||
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    [noName, noPath, unsendable].some((codes) => codes.has(code)) ||
    certificate.test(code) ||
    notTls.test(code);
  return isUnsent ? new UnsentError(reason) : new FailureError(reason);
}

/** Node wraps: an AggregateError (several addresses tried) or a `cause` carries the code that says why. */
function codeOf(thrown: unknown): string {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; depth += 1) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error.name === 'HTTPParserError') return 'HPE_INVALID'; // undici gives its parser's errors a code only sometimes
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return '';
}
