import { describe, expect, it } from 'vitest';

import { askForPackages, debianPackages, missingTools, parseMissing } from '../../../scripts/setup/libraries.mjs';

const bookworm = 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n';
const trixie = 'ID=debian\nVERSION_ID="13"\n';
const noble = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n';
const jammy = 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n';

describe('a missing system library', () => {
  it('is read off what ldd says', () => {
    const said = [
      '\tlinux-vdso.so.1 (0x00007ffc)',
      '\tlibgtk-3.so.0 => not found',
      '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)',
      '\tlibsecret-1.so.0 => not found',
    ].join('\n');
    expect(parseMissing(said)).toEqual(['libgtk-3.so.0', 'libsecret-1.so.0']);
  });

  it('is not seen where ldd found everything', () => {
    expect(parseMissing('\tlibc.so.6 => /lib/libc.so.6 (0x7f)\n')).toEqual([]);
  });

  it('has its classic package name on Debian 12 and Ubuntu 22.04', () => {
    for (const release of [bookworm, jammy]) {
      expect(debianPackages(['libgtk-3.so.0', 'libasound.so.2'], release).packages).toEqual([
        'libasound2',
        'libgtk-3-0',
      ]);
    }
  });

  it('has its t64 name from Debian 13 and Ubuntu 24.04 on, where the package was renamed', () => {
    for (const release of [trixie, noble]) {
      expect(debianPackages(['libgtk-3.so.0', 'libgbm.so.1'], release).packages).toEqual(['libgbm1', 'libgtk-3-0t64']);
    }
  });

  it('is named once however many libraries its package holds', () => {
    expect(debianPackages(['libnss3.so', 'libnssutil3.so', 'libsmime3.so'], bookworm).packages).toEqual(['libnss3']);
  });

  it('is reported when no package is known for it', () => {
    expect(debianPackages(['libodd.so.9', 'Xvfb'], bookworm)).toEqual({ packages: ['xvfb'], unknown: ['libodd.so.9'] });
  });
});

describe('a missing tool', () => {
  it('is one that is in no folder of the path', () => {
    expect(missingTools(['sh', 'no-such-tool-anywhere'])).toEqual(['no-such-tool-anywhere']);
  });
});

describe('an ordinary user', () => {
  it('is asked once, with one command for all that is missing', () => {
    const lacks = [
      { names: ['libgtk-3.so.0'], purpose: 'to open a window and the keychain' },
      { names: ['make', 'g++'], purpose: 'to build better-sqlite3' },
      { names: ['Xvfb'], purpose: 'for a virtual display' },
      { names: ['gnome-keyring-daemon'], purpose: 'for a keychain of the tests' },
    ];
    const found = debianPackages(
      lacks.flatMap(({ names }) => names),
      bookworm,
    );
    const { message } = askForPackages(lacks, found);
    expect(message.split('\n').at(-1)?.trim()).toBe(
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends g++ gnome-keyring libgtk-3-0 make xvfb',
    );
    expect(message).toContain('make, g++ (to build better-sqlite3); Xvfb (for a virtual display)');
  });
});
