import type { ServerResponse } from 'node:http';
import { enlarge, spoil } from './garbage.ts';
import type { Scenario } from './scenario.ts';

/** What is sent: text as it is, everything else as JSON. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const defaultDelayMs = 3000;
const defaultHugeRows = 10_000_000;

/** Writes the answer as the scenario lets it through. Statuses and drops are decided before. */
export async function writeAnswer(response: ServerResponse, answer: Answer, scenario: Scenario): Promise<void> {
  if (scenario.name === 'slow' && !scenario.stall) {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, scenario.delayMs ?? defaultDelayMs);
      response.once('close', () => (clearTimeout(timer), done()));
    });
    if (response.destroyed) return;
  }
  const garbage = scenario.name === 'garbage' ? scenario : null;
  const type = garbage?.variant === 'html' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(answer.status ?? 200, { 'content-type': type, ...answer.headers });
  if (garbage?.variant === 'huge') return writePieces(response, enlarge(answer.body, garbage.rows ?? defaultHugeRows));
  const text = garbage
    ? spoil(answer.body, garbage.variant as Exclude<typeof garbage.variant, 'huge'>)
    : typeof answer.body === 'string'
      ? answer.body
      : JSON.stringify(answer.body);
  if (scenario.name === 'slow' && scenario.stall) response.write(text.slice(0, Math.ceil(text.length / 2)));
  else response.end(text);
}

/** Never more in memory than the socket takes. */
async function writePieces(response: ServerResponse, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((done) => {
    const end = (): void => {
      response.off('drain', end).off('close', end);
      done();
    };
    response.on('drain', end).on('close', end);
  });
