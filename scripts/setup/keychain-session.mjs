// Runs a command inside a session bus whose keychain is unlocked, empty and thrown away afterwards. Start it with
// dbus-run-session: node scripts/setup/keychain-session.mjs <command> <argument> …
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const [command = '', ...args] = process.argv.slice(2);

const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
daemon.stdin.end('halcyon tests\n');
// It prints its control directory once it serves.
await Promise.race([once(daemon.stdout, 'data'), once(daemon, 'exit'), delay(5000)]);
if (daemon.exitCode !== null)
  process.stderr.write('halcyon: gnome-keyring-daemon did not start; keychain tests will fail\n');

const child = spawn(command, args, { stdio: 'inherit' });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
const [code] = await once(child, 'exit');
daemon.kill();
process.exitCode = code ?? 1;
