import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 128 and above when a signal ended it; 127 when it could not be started
 * @property {string} output standard output and standard error, in the order they came
 */

/**
 * Runs a command to its end without a shell and without standard input.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeoutMs?: number, onOutput?: (text: string) => void }} [options]
 *   `show`: output goes to the terminal and not into the outcome
 * @returns {Promise<Outcome>}
 */
export async function run(command, args, { cwd, env = process.env, show = false, timeoutMs, onOutput } = {}) {
  const child = spawn(command, args, {
    cwd,
    env,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
      onOutput?.(text);
    });
  }
  try {
    const [code] = await once(child, 'close');
    return { code: code ?? 128, output };
  } catch (error) {
    return { code: 127, output: String(error) };
  }
}

/**
 * The npm that runs us where there is one, else the one on the path.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}
