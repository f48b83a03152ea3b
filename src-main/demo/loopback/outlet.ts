import type { WebSocket } from 'ws';
import { enlarge, spoil } from './garbage.ts';
import type { Scenario } from './scenario.ts';

/** One client's side of a stream. Nothing is queued for a client that does not read: messages are left out instead. */
export interface Outlet {
  /** False when the client is too far behind (or the scenario says silence) and the message was left out. */
  send(value: unknown): boolean;
  /** Sent whatever the scenario, exactly as given when it is text. */
  sendExactly(value: unknown): void;
  close(code: number, reason: string): void;
  readonly open: boolean;
}

/** A reader this far behind gets nothing until it has caught up. */
const mostBuffered = 1 << 20;
const defaultHugeRows = 10_000_000;

export function createOutlet(socket: WebSocket, scenario: () => Scenario): Outlet {
  let busy = false;

  const streamHuge = async (value: unknown, rows: number): Promise<void> => {
    busy = true;
    for (const piece of enlarge(value, rows)) {
      if (socket.readyState !== socket.OPEN) break;
      await new Promise<void>((done) => socket.send(piece, { fin: false }, () => done()));
    }
    if (socket.readyState === socket.OPEN) socket.send('', { fin: true });
    busy = false;
  };

  const isOpen = (): boolean => socket.readyState === socket.OPEN;

  return {
    get open() {
      return isOpen();
    },
    send(value) {
      const current = scenario();
      if (!isOpen() || busy || socket.bufferedAmount > mostBuffered || current.name === 'gap') return false;
      if (current.name === 'garbage') {
        if (current.variant === 'huge') void streamHuge(value, current.rows ?? defaultHugeRows);
        else socket.send(spoil(value, current.variant));
        return true;
      }
      if (current.name === 'slow') {
        if (current.stall) return false;
        setTimeout(() => isOpen() && socket.send(toText(value)), current.delayMs ?? 3000).unref();
        return true;
      }
      socket.send(toText(value));
      return true;
    },
    sendExactly(value) {
      if (isOpen()) socket.send(toText(value));
    },
    close(code, reason) {
      socket.close(code, reason);
    },
  };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
