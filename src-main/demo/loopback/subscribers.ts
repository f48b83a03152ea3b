import type { UnixMs } from '../../contract/market.ts';
import type { Clock } from '../clock.ts';
import type { Outlet } from './outlet.ts';
import type { Scenario } from './scenario.ts';
import type { StreamClient } from './server.ts';

const floodBeatMs = 20;
/** Messages a second. */
const defaultFlood = 5000;

/** One client of a stream that is subscribed to by name. */
export interface Subscriber<Topic> {
  readonly outlet: Outlet;
  readonly scenario: () => Scenario;
  /** What it has subscribed to, by the venue's name of it. */
  readonly wanted: ReadonlyMap<string, Topic>;
}

export interface Pushing<Topic, Client extends Subscriber<Topic>> {
  readonly beatMs: number;
  /** Tells what is new under each name that anybody wants; a message is made once for all clients. */
  readonly beat: (
    wanted: ReadonlyMap<string, Topic>,
    tell: (name: string, message: object) => void,
    clients: ReadonlySet<Client>,
  ) => void;
  /** The newest true message, sent over and over to clients in the scenario `burst`; null: there is none. */
  readonly latest: (topic: Topic, now: UnixMs) => object | null;
  /** False when the message was left out. Absent: the message goes out as it is. */
  readonly send?: (client: Client, name: string, message: object) => boolean;
}

export interface Subscribers<Client> {
  /** Lets a client in; `message` is given what it sends. */
  add(client: Client, message: (text: string) => void): StreamClient;
  /** Ends the timers. */
  close(): void;
}

/** The clients of a stream: a beat for all of them, and a flood for those whose scenario asks for one. */
export function createSubscribers<Topic, Client extends Subscriber<Topic>>(
  clock: Clock,
  { beatMs, beat, latest, send = ({ outlet }, _name, message) => outlet.send(message) }: Pushing<Topic, Client>,
): Subscribers<Client> {
  const clients = new Set<Client>();
  let stopFlood: (() => void) | null = null;

  const tell = (name: string, message: object): void => {
    for (const client of clients) if (client.wanted.has(name)) send(client, name, message);
  };

  const flood = (): void => {
    for (const client of clients) {
      const scenario = client.scenario();
      if (scenario.name !== 'burst') continue;
      const messages = [...client.wanted].flatMap(([name, topic]) => {
        const message = latest(topic, clock.now());
        return message === null ? [] : [{ name, message }];
      });
      if (messages.length === 0) continue;
      const count = Math.ceil(((scenario.messagesPerSecond ?? defaultFlood) * floodBeatMs) / 1000);
      for (let i = 0; i < count; i++) {
        const { name, message } = messages[i % messages.length]!;
        if (!send(client, name, message)) break;
      }
    }
  };

  const stopBeat = clock.every(beatMs, () => {
    beat(new Map([...clients].flatMap((client) => [...client.wanted])), tell, clients);
    const isFlooded = [...clients].some((client) => client.scenario().name === 'burst');
    if (isFlooded) stopFlood ??= clock.every(floodBeatMs, flood);
    else stopFlood = (stopFlood?.(), null);
  });

  return {
    add: (client, message) => {
      clients.add(client);
      return { listens: true, message, end: () => void clients.delete(client) };
    },
    close: () => {
      stopBeat();
      stopFlood?.();
      clients.clear();
    },
  };
}

/** Lets go of what was kept about names that nobody wants any more. */
export function keepOnly(kept: Map<string, unknown>, wanted: ReadonlyMap<string, unknown>): void {
  for (const name of kept.keys()) if (!wanted.has(name)) kept.delete(name);
}
