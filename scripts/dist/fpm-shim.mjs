#!/usr/bin/env node
// Takes the arguments that electron-builder gives fpm for a .deb, and makes it with dpkg-deb. CUSTOM_FPM_PATH names it.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { options, mappings } = parse(process.argv.slice(2));
if (first('-t') !== 'deb') throw new Error(`only .deb packages can be made without fpm, not ${first('-t')}`);

const tree = mkdtempSync(join(tmpdir(), 'halcyon-deb-'));
try {
  for (const [source, target] of mappings) {
    mkdirSync(join(tree, dirname(target)), { recursive: true });
    cpSync(source, join(tree, target), { recursive: true, verbatimSymlinks: true });
  }
  openToAll(tree);
  mkdirSync(join(tree, 'DEBIAN'), { mode: 0o755 });
  writeFileSync(join(tree, 'DEBIAN', 'control'), control());
  copyScript('--after-install', 'postinst');
  copyScript('--after-remove', 'postrm');
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z6', '--build', tree, first('--package')], {
    stdio: 'inherit',
  });
} finally {
  rmSync(tree, { recursive: true, force: true });
}

/**
 * @param {string[]} args
 * @returns {{ options: Map<string, string[]>, mappings: [source: string, target: string][] }}
 */
function parse(args) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  /** @type {[string, string][]} */
  const pairs = [];
  while (args.length > 0) {
    const arg = args.shift() ?? '';
    if (arg === '--force' || arg === '--debug') continue;
    if (arg.startsWith('-')) {
      found.set(arg, [...(found.get(arg) ?? []), args.shift() ?? '']);
    } else {
      const at = arg.lastIndexOf('=');
      pairs.push([arg.slice(0, at).replace(/\/$/, ''), arg.slice(at + 1)]);
    }
  }
  return { options: found, mappings: pairs };
}

/** @param {string} name */
function first(name) {
  return options.get(name)?.[0] ?? '';
}

function control() {
  const url = first('--url');
  const [synopsis = '', ...description] = first('--description').split('\n');
  const fields = {
    Package: first('--name'),
    Version: first('--version'),
    Architecture: first('--architecture'),
    Maintainer: first('--maintainer'),
    Section: 'misc',
    Priority: first('--deb-priority') || 'optional',
    Depends: options.get('-d')?.join(', '),
    Recommends: options.get('--deb-recommends')?.join(', '),
    'Installed-Size': String(Math.ceil(bytesIn(tree) / 1024)),
    // `.invalid` stands for: there is none.
    Homepage: url.endsWith('.invalid') ? undefined : url,
    Description: [synopsis.trim(), ...description.map((line) => ` ${line.trim() || '.'}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

/** @param {string} option @param {string} name */
function copyScript(option, name) {
  const source = first(option);
  if (!source) return;
  cpSync(source, join(tree, 'DEBIAN', name));
  chmodSync(join(tree, 'DEBIAN', name), 0o755);
}

/** Everybody may read what is installed, whatever the umask of the one who packaged it. @param {string} path */
function openToAll(path) {
  const state = lstatSync(path);
  if (state.isSymbolicLink()) return;
  if (state.isDirectory()) {
    chmodSync(path, 0o755);
    for (const name of readdirSync(path)) openToAll(join(path, name));
  } else {
    chmodSync(path, state.mode & 0o111 ? 0o755 : 0o644);
  }
}

/** @param {string} folder @returns {number} */
function bytesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
