import { contextBridge, ipcRenderer } from 'electron';
import {
  eventNames,
  requestNames,
  type Bridge,
  type EventMessage,
  type EventName,
  type RequestName,
} from './contract/channels.ts';

const callbacks = new Map<EventName, Set<(event: never) => void>>(eventNames.map((name) => [name, new Set()]));

ipcRenderer.on('events', (_event, batch: readonly EventMessage[]) => {
  try {
    for (const [name, event] of batch) for (const callback of callbacks.get(name) ?? []) callback(event as never);
  } finally {
    ipcRenderer.send('events-taken');
  }
});

/** Main holds its events back until the page's first subscription: what happens while it starts is not lost. */
let listens = false;

const bridge: Bridge = {
  request: (name: RequestName, args: unknown) => {
    if (!requestNames.includes(name)) throw new Error(`no request is named ${String(name)}`);
    return ipcRenderer.invoke('request', name, args) as Promise<never>;
  },
  on: (name, callback) => {
    const listening = callbacks.get(name);
    if (!listening) throw new Error(`no event is named ${String(name)}`);
    listening.add(callback as (event: never) => void);
    if (!listens) ipcRenderer.send('events-taken');
    listens = true;
    return () => void listening.delete(callback as (event: never) => void);
  },
};

contextBridge.exposeInMainWorld('halcyon', bridge);
