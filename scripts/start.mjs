// npm start: makes this machine ready, builds what changed, opens the terminal. Arguments go to the app.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

import { build } from './build.mjs';
import { hasDisplay, ownDisplay, startDisplay } from './setup/display.mjs';
import { chromiumFlags } from './setup/flags.mjs';
import { root } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript, say } from './setup/progress.mjs';
import { passSignals } from './setup/signals.mjs';

const picture = join(root, 'pictures', 'window.png');

await runScript(async () => {
  const runtime = await prepare();
  await build();
  const flags = await chromiumFlags();
  const signals = passSignals();
  const display = hasDisplay() ? ownDisplay() : await startDisplay({ endWithLastWindow: true });
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...runtime.env, ...display.env };
  let announcing;
  if (display.virtual) {
    say(`there is no display, so the window opens on a virtual one (${display.env.DISPLAY}); end it with Ctrl-C`);
    await mkdir(dirname(picture), { recursive: true });
    await rm(picture, { force: true });
    env.HALCYON_PICTURE = picture;
    announcing = announcePicture();
  }
  // Chromium reports every missing desktop service as an error; `npm start -- --log-level=0` shows them again.
  const quiet = '--log-level=3';
  const app = spawn(runtime.executable, [...flags, quiet, root, ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: 'inherit',
    // In a process group of its own: a terminal's Ctrl-C reaches us alone, and the app once, from us.
    detached: process.platform !== 'win32',
  });
  signals.to(app);
  const [code, signal] = await once(app, 'exit');
  clearInterval(announcing);
  await display.end();
  return code ?? 128 + (constants.signals[/** @type {NodeJS.Signals} */ (signal)] ?? 0);
});

/** Says where the picture of the window is as soon as the app has saved one. */
function announcePicture() {
  const looking = setInterval(() => {
    if (!existsSync(picture)) return;
    clearInterval(looking);
    say(`a picture of the window is in ${picture} (renewed every 30 s)`);
  }, 250);
  return looking;
}
