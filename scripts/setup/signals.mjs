/** Ctrl-C, a closed terminal and kill, passed on so that an app ends in order. */
import { constants } from 'node:os';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * From now on the first of these signals goes to the app, once: a second one would end Chromium on the spot, and npm
 * passes on what the terminal has sent to everybody already. Before there is an app, it ends this process.
 * @param {number} [patienceMs] then the app is ended the hard way
 */
export function passSignals(patienceMs = 8000) {
  /** @type {import('node:child_process').ChildProcess | null} */
  let app = null;
  let isPassed = false;
  for (const signal of signals) {
    process.on(signal, () => {
      if (app === null) process.exit(128 + constants.signals[signal]);
      if (isPassed) return;
      isPassed = true;
      const child = app;
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), patienceMs).unref();
    });
  }
  return {
    /** @param {import('node:child_process').ChildProcess} child */
    to(child) {
      app = child;
    },
  };
}
