import { readFile } from 'node:fs/promises';

import type { Override } from '../../src-main/demo/loopback/server.ts';
import { test as base } from './app.ts';
import { startServers, type ServerOptions, type Servers } from './servers.ts';

export { expect } from './app.ts';

/** A test with `serve`: loopback providers that end with it. */
export const test = base.extend<{ serve: (options?: ServerOptions) => Promise<Servers> }>({
  serve: async ({}, use) => {
    const started: Servers[] = [];
    await use(async (options) => {
      const servers = await startServers(options);
      started.push(servers);
      return servers;
    });
    await Promise.all(started.map((servers) => servers.close()));
  },
});

/** A provider's own documented payload, as text. */
export const fixtureText = (name: string): Promise<string> =>
  readFile(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

export const fixture = async (name: string): Promise<Extract<Override, { body: unknown }>> => ({
  body: await fixtureText(name),
});
