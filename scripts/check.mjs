// npm run check: format, types, Svelte components, lint. Runs all four and names those that failed.
import { run } from './setup/commands.mjs';
import { installed, root } from './setup/places.mjs';
import { runScript, say } from './setup/progress.mjs';

/** @type {readonly [name: string, tool: string, args: string[]][]} */
const checks = [
  ['format', installed('prettier', 'bin', 'prettier.cjs'), ['--check', '--log-level', 'warn', '.']],
  ['types', installed('typescript', 'bin', 'tsc'), ['-b']],
  [
    'components',
    installed('svelte-check', 'bin', 'svelte-check'),
    ['--tsconfig', 'src-renderer/tsconfig.json', '--output', 'human', '--fail-on-warnings'],
  ],
  ['lint', installed('eslint', 'bin', 'eslint.js'), ['.', '--max-warnings', '0']],
];

await runScript(async () => {
  const failed = [];
  for (const [name, tool, args] of checks) {
    say(`checking ${name} …`);
    const { code } = await run(process.execPath, [tool, ...args], { cwd: root, show: true });
    if (code !== 0) failed.push(name);
  }
  say(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
