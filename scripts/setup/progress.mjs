/** What a person at a terminal reads: one line a step, and errors that say what to do. */

/** An error that is the user's to solve: shown without a stack. */
export class SetupError extends Error {
  /** @param {string} problem @param {string} remedy what to do about it; may hold a command on a line of its own */
  constructor(problem, remedy) {
    super(`${problem}\n  ${remedy.replaceAll('\n', '\n  ')}`);
    this.name = 'SetupError';
  }
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`halcyon: ${line}\n`);
}

/**
 * Says what begins, and how long it took if that was more than a moment.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const began = performance.now();
  say(`${what} …`);
  const value = await work();
  const seconds = (performance.now() - began) / 1000;
  if (seconds >= 1) say(`${what}: done in ${seconds.toFixed(0)} s`);
  return value;
}

/**
 * Runs a script's body; a SetupError ends it with its two lines, anything else with its stack.
 * @param {() => Promise<number | void>} body answers the exit code
 */
export async function runScript(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    say(
      error instanceof SetupError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    );
    process.exitCode = 1;
  }
  // Packaging tools leave hooks behind that would end the process with a code of their own.
  const code = process.exitCode;
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(code);
}
