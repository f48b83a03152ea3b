// npm run dist: the unpacked app and the installers of this platform into dist/. Other targets by name:
// npm run dist -- AppImage (what electron-builder lacks for them it downloads).
import { build } from './build.mjs';
import { makeTargets } from './dist/package.mjs';
import { missingTools, provide } from './setup/libraries.mjs';
import { prepare } from './setup/prepare.mjs';
import { runScript, say } from './setup/progress.mjs';

/** @type {Readonly<Record<string, string[]>>} */
const usual = { linux: ['dir', 'deb'], darwin: ['dmg'], win32: ['nsis'] };

await runScript(async () => {
  const runtime = await prepare();
  await build();
  const asked = process.argv.slice(2);
  const targets = asked.length > 0 ? asked : (usual[process.platform] ?? ['dir']);
  if (targets.includes('deb')) await provide([{ names: missingTools(['dpkg-deb', 'xz']), purpose: 'to make a .deb' }]);
  for (const file of await makeTargets(runtime, targets)) say(`made ${file}`);
  say('the unpacked app is in dist/');
});
