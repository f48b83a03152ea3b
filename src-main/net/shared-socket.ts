import type { Failure } from '../contract/failure.ts';
import { isStopping } from './socket-end.ts';
import { realEnvironment, type SocketEnvironment } from './socket-environment.ts';
import { SocketMember, type Trunk } from './socket-member.ts';
import { socketDefaults } from './socket-run.ts';
import type { OpenSocket, Socket, SocketOptions, SocketState } from './socket.ts';

/**
 * Within one provider connection: openers of the same address (and protocols and headers) share one connection. To each
 * it is a socket of its own: its `onOpen` runs after each connect, it is given every message (of what others subscribed
 * to, too), and it is live by its own data. What concerns the connection (a loss, a refused key, too many requests)
 * concerns all; a plan that lacks one opener's channel, or channels that are in trouble again on a fresh connection, end
 * or pause only that opener. The last one's `close` closes the connection; before it, subscriptions are taken back by
 * who made them.
 */
export function shareSockets(open: OpenSocket): OpenSocket {
  const env = open.environment ?? realEnvironment;
  const shared = new Map<string, (options: SocketOptions) => Socket>();
  return (options) => {
    const { url, protocols = [], headers = {} } = options;
    const key = JSON.stringify([url, protocols, Object.entries(headers).sort()]);
    const join = shared.get(key) ?? openShared(open, env, options, () => shared.delete(key));
    shared.set(key, join);
    return join(options);
  };
}

function openShared(
  open: OpenSocket,
  env: SocketEnvironment,
  { url, protocols, headers }: SocketOptions,
  onEnd: () => void,
): (options: SocketOptions) => Socket {
  const members = new Set<SocketMember>();
  /** Those of openers that have left stay secret. */
  const secrets = new Set<string>();
  let socket: Socket | null = null;
  let state: SocketState | null = null;

  const trunk: Trunk = {
    state: () => state,
    send: (text) => socket?.send(text) ?? false,
    markLive: () => {
      socket?.markLive();
      return state?.kind === 'live';
    },
    refuse: (member, reason) => {
      if (!concernsAll(member, reason)) {
        members.delete(member);
        member.stop({ kind: 'down', failure: reason, retryAt: null });
      } else if (isPassing(reason) && member.isUp && member.refusedAgain() && othersRun(member)) {
        member.setAside(reason);
      } else if (!member.isAside || isStopping(reason)) socket?.refuse(reason);
    },
  };

  const concernsAll = (member: SocketMember, reason: Failure): boolean =>
    reason.kind === 'auth' || !isStopping(reason) || (members.has(member) && members.size === 1);
  /** Another connection may help, or a pause of this member alone. */
  const isPassing = (reason: Failure): boolean => !isStopping(reason) && reason.kind !== 'rate-limited';
  const othersRun = (member: SocketMember): boolean => [...members].some((one) => one !== member && !one.isAside);

  function enter(next: SocketState): void {
    state = next;
    if (next.kind === 'live' || next.kind === 'open') return; // told by the members' own data; by onOpen
    const isEnd = next.kind === 'down' && next.retryAt === null;
    const told = [...members];
    if (isEnd) end();
    for (const member of told) member.enter(next);
  }

  function end(): void {
    onEnd();
    members.clear();
    socket?.close();
  }

  const limit = (name: keyof typeof socketDefaults, pick: (...values: number[]) => number): number =>
    pick(...[...members].map(({ options }) => options[name] ?? socketDefaults[name]));

  const options: SocketOptions = {
    url,
    ...(protocols && { protocols }),
    ...(headers && { headers }),
    get secrets() {
      return [...secrets];
    },
    get silenceMs() {
      return limit('silenceMs', Math.min);
    },
    get pongMs() {
      return limit('pongMs', Math.min);
    },
    get connectMs() {
      return limit('connectMs', Math.min);
    },
    get maxMessageBytes() {
      return limit('maxMessageBytes', Math.max);
    },
    get maxUnsentBytes() {
      return limit('maxUnsentBytes', Math.min);
    },
    onState: enter,
    onOpen: () => {
      const opened = state;
      for (const member of [...members]) {
        // One may have given the connection up, or been let in with its data, meanwhile.
        if (state !== null && (state === opened || state.kind === 'live')) member.enter({ kind: 'open', again: false });
      }
    },
    onMessage: (text) => {
      for (const member of members) member.receive(text);
    },
    explainEnd: (end) => {
      for (const { options } of members) {
        const explained = options.explainEnd?.(end) ?? null;
        if (explained !== null) return explained;
      }
      return null;
    },
  };

  return (joining) => {
    const member = new SocketMember(joining, env, trunk);
    const before = members.size === 0 ? Infinity : limit('silenceMs', Math.min);
    members.add(member);
    for (const secret of joining.secrets ?? []) secrets.add(secret);
    socket ??= open(options);
    // A stricter limit holds from now on, not from the next look.
    const isOpen = state?.kind === 'open' || state?.kind === 'live';
    if (isOpen && limit('silenceMs', Math.min) < before) socket.check();
    return {
      send: (text) => member.send(text),
      markLive: () => member.markLive(),
      refuse: (reason) => member.refuse(reason),
      check: () => socket?.check(),
      close: () => {
        member.stop(null);
        if (members.delete(member) && members.size === 0) end();
      },
    };
  };
}

export interface TrackedSockets {
  readonly open: OpenSocket;
  /** The machine woke up, or the network changed: all sockets that are not closed see whether they still live. */
  checkAll(): void;
}

export function trackSockets(open: OpenSocket): TrackedSockets {
  const sockets = new Set<Socket>();
  const opened = (options: SocketOptions): Socket => {
    const socket = open(options);
    sockets.add(socket);
    return {
      send: (text) => socket.send(text),
      markLive: () => socket.markLive(),
      refuse: (reason) => socket.refuse(reason),
      check: () => socket.check(),
      close: () => {
        sockets.delete(socket);
        socket.close();
      },
    };
  };
  return {
    open: Object.assign(opened, { environment: open.environment ?? realEnvironment }),
    checkAll: () => {
      for (const socket of [...sockets]) socket.check();
    },
  };
}
