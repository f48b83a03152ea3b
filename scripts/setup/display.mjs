/** A screen to draw on: the user's, or a virtual one that ends with us. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { SetupError } from './progress.mjs';

/**
 * @typedef {object} Display
 * @property {boolean} virtual
 * @property {NodeJS.ProcessEnv} env what a program needs in its environment to draw there
 * @property {() => Promise<void>} end
 */

/** Does this process have a screen? */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}

/** @returns {Display} */
export const ownDisplay = () => ({ virtual: false, env: {}, end: async () => {} });

/**
 * Starts Xvfb on a free number of its own choice.
 * @param {{ width?: number, height?: number, endWithLastWindow?: boolean }} [options] in pixels;
 *   `endWithLastWindow`: the display ends by itself when its last program does, and no Ctrl-C ends it before: it is in a
 *   process group of its own
 * @returns {Promise<Display>}
 */
export async function startDisplay({ width = 1600, height = 1000, endWithLastWindow = false } = {}) {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp'];
  const server = spawn('Xvfb', [...args, endWithLastWindow ? '-terminate' : '-noreset'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    detached: endWithLastWindow,
  });
  const ending = once(server, 'exit').catch(() => []);
  const end = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill();
    await ending;
  };
  process.once('exit', () => server.kill());

  let complaint = '';
  server.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (complaint += text));
  const number = await Promise.race([
    readLine(/** @type {import('node:stream').Readable} */ (server.stdio[3])),
    ending,
  ]);
  if (typeof number !== 'string') {
    throw new SetupError('The virtual display (Xvfb) did not start.', complaint.trim() || 'Xvfb said nothing.');
  }
  // The same as having a screen, without the user's Wayland one.
  return { virtual: true, env: { DISPLAY: `:${number}`, WAYLAND_DISPLAY: undefined }, end };
}

/** @param {import('node:stream').Readable} stream @returns {Promise<string>} its first line; never settles when there is none */
function readLine(stream) {
  return new Promise((resolve) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (/** @type {string} */ more) => {
      text += more;
      if (text.includes('\n')) resolve(text.trim());
    });
  });
}
