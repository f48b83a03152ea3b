import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { requestNames, type EventMessage, type RequestName, type Requests } from './contract/channels.ts';
import { failure, toFailure, type Result } from './contract/failure.ts';
import { originOf } from './page.ts';
import { checkArgs } from './request-checks.ts';

export type Handlers = {
  readonly [Name in RequestName]: (args: Requests[Name]['args']) => Promise<Result<Requests[Name]['value']>>;
};

/** Only the product's own page, in its top frame, is answered. */
function isOurs(event: IpcMainInvokeEvent | IpcMainEvent, origin: string): boolean {
  try {
    const frame = event.senderFrame;
    return frame !== null && frame.parent === null && originOf(new URL(frame.url)) === origin;
  } catch {
    // A frame that went away while its message was on its way, or that has no address yet.
    return false;
  }
}

/**
 * Answers every request of the renderer with a Result: the name and the arguments are checked first, nothing is ever
 * thrown across, because Electron would forward only an error's message.
 */
export function serve(handlers: Handlers, origin: string, onEventsTaken: () => void): void {
  ipcMain.handle('request', async (event, name: unknown, args: unknown): Promise<Result<unknown>> => {
    if (!isOurs(event, origin)) {
      return { ok: false, failure: failure('bad-request', 'This page may not ask Halcyon for anything.') };
    }
    if (!requestNames.includes(name as RequestName)) {
      return { ok: false, failure: failure('bad-request', 'Halcyon does not know this request.') };
    }
    const known = name as RequestName;
    const checked = checkArgs(known, args);
    if (!checked.ok) return checked;
    try {
      return await (handlers[known] as (args: unknown) => Promise<Result<unknown>>)(checked.value);
    } catch (thrown) {
      return { ok: false, failure: toFailure(thrown) };
    }
  });
  ipcMain.on('events-taken', (event) => {
    if (isOurs(event, origin)) onEventsTaken();
  });
}

/** One message for a whole frame of events; they were gathered by the engine's outbox. */
export function publish(contents: WebContents, batch: readonly EventMessage[]): void {
  if (!contents.isDestroyed()) contents.send('events', batch);
}
