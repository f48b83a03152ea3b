import type { Result } from '../contract/failure.ts';
import type { UnixMs } from '../contract/market.ts';
import type { Redactor } from '../log/redactor.ts';
import { diagnosticsText } from './diagnostics-text.ts';

export interface CopyContext {
  /** The engine's part. */
  readonly engine: () => Promise<Result<string>>;
  /** Newest lines of this run and of the log file, oldest first. */
  readonly log: () => Promise<readonly string[]>;
  readonly versions: Readonly<Record<string, string>>;
  readonly home: string;
  readonly startedAt: UnixMs;
  readonly now: () => UnixMs;
  readonly redactor: Pick<Redactor, 'clean'>;
  readonly writeClipboard: (text: string) => Promise<void>;
}

/** Also with an engine that does not answer, because that is when it is needed. The value is what was copied. */
export async function copyDiagnostics(context: CopyContext): Promise<Result<string>> {
  const { versions, home, startedAt, now, redactor } = context;
  const [engine, log] = await Promise.all([context.engine(), context.log()]);
  const part = engine.ok ? engine.value : `## Engine\n${engine.failure.message} ${engine.failure.detail}`.trim();
  const text = diagnosticsText({ at: now(), startedAt, home, versions, engine: part, log }, redactor);
  await context.writeClipboard(text);
  return { ok: true, value: text };
}
