import type { ProviderTest } from '../contract/provider-status.ts';
import { failure, FailureError } from '../contract/failure.ts';
import type { Provider } from '../providers/provider.ts';
import { Connection, type ConnectionTools, type Key } from './connection.ts';
import type { Place } from './place.ts';

const timeoutMs = 20_000;

/**
 * One real request at a place with a key, on a connection of its own. It counts against the key's own budget; beside that
 * and its line in the log nothing is stored.
 */
export async function testProvider(
  provider: Provider,
  place: Place,
  key: Key,
  tools: ConnectionTools,
  abort?: AbortSignal,
): Promise<ProviderTest> {
  const connection = new Connection(provider, place, key, tools, () => undefined);
  const startedAt = tools.now();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection.close();
  }, timeoutMs);
  const end = (): void => connection.close();
  abort?.addEventListener('abort', end, { once: true });
  try {
    const text = await connection.call('user', (signal) => connection.client.test(signal));
    const at = tools.now();
    return { at, host: place.source.host, tookMs: at - startedAt, text, limits: connection.limits };
  } catch (thrown) {
    if (!isLate) throw thrown;
    const text = `${provider.info.name} did not answer within ${timeoutMs / 1_000} s.`;
    throw new FailureError(failure('timeout', text));
  } finally {
    clearTimeout(timer);
    abort?.removeEventListener('abort', end);
    connection.close();
  }
}
