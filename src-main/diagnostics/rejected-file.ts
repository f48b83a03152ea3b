import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Written } from '../contract/diagnostics.ts';
import { failure, FailureError } from '../contract/failure.ts';
import { sourceKey } from '../contract/source.ts';
import type { Redactor } from '../log/redactor.ts';
import type { RejectedPayload } from '../store/rejected.ts';

/** Others get the thread after so much work. */
const sliceLength = 262_144;

/**
 * Writes one JSON object a line (source, endpoint, time, path, message, text), free of secrets. The file is there whole or
 * not at all: it is made under another name first. Throws a `store` failure that names the file.
 */
export async function writeRejected(
  file: string,
  rows: Iterable<RejectedPayload> | AsyncIterable<RejectedPayload>,
  redactor: Pick<Redactor, 'clean'>,
): Promise<Written> {
  const unfinished = `${file}.part`;
  let bytes = 0;
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    let worked = 0;
    for await (const { source, endpoint, at, path, message, text } of rows) {
      const line = `${JSON.stringify({
        source: sourceKey(source),
        endpoint: redactor.clean(endpoint),
        time: new Date(at).toISOString(),
        path: redactor.clean(path),
        message: redactor.clean(message),
        text: redactor.clean(text),
      })}\n`;
      bytes += Buffer.byteLength(line);
      count += 1;
      yield line;
      worked += line.length;
      if (worked < sliceLength) continue;
      worked = 0;
      await setImmediate();
    }
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(unfinished, { mode: 0o600 }));
    await rename(unfinished, file);
  } catch (thrown) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    if (thrown instanceof FailureError) throw thrown;
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    throw new FailureError(failure('store', `The file ${file} could not be written.`, { detail }));
  }
  return { file, bytes, count };
}
