/** One electron-builder configuration for every platform; what can be made here depends on the machine. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { installed } from '../setup/places.mjs';

/**
 * @param {import('../setup/runtime.mjs').Runtime} runtime what the app is packaged with
 * @returns {import('electron-builder').Configuration}
 */
export function packageConfiguration(runtime) {
  return {
    appId: 'app.halcyon.terminal',
    productName: 'Halcyon',
    copyright: 'Halcyon contributors',
    directories: { output: 'dist', buildResources: 'scripts/dist' },
    electronVersion: runtime.version,
    electronDist: runtime.directory,
    // The native modules in node_modules were tried on this very runtime by the set-up.
    npmRebuild: false,
    nodeGypRebuild: false,
    publish: null,
    // Debian's control file wants both; there is no home page yet.
    extraMetadata: { homepage: noHomepage, author: 'Halcyon contributors', desktopName: 'halcyon.desktop' },
    files: [
      'out/**',
      'package.json',
      'LICENSE',
      '!**/*.map',
      '!out/made-of.txt',
      '!**/node_modules/node-addon-api/**',
      '!**/node_modules/{better-sqlite3,keytar}/{src,deps,binding.gyp,script}{,/**}',
      '!**/node_modules/better-sqlite3/build/!(Release){,/**}',
      '!**/node_modules/better-sqlite3/build/Release/!(better_sqlite3.node){,/**}',
      ...otherPlatforms(),
    ],
    // Beside the archive lies only what the system's loader must find as a file.
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node'],
    afterPack: ({ appOutDir }) => rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true }),
    electronFuses: {
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: process.platform !== 'linux',
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    linux: {
      target: ['dir', 'deb', 'AppImage'],
      executableName: 'halcyon',
      syncDesktopName: true,
      category: 'Finance',
      synopsis: 'Terminal for crypto derivatives',
      maintainer: 'Halcyon contributors <halcyon@localhost>',
    },
    deb: {
      depends: [
        'libgtk-3-0 | libgtk-3-0t64',
        'libnss3',
        'libasound2 | libasound2t64',
        'libgbm1',
        'libsecret-1-0',
        'xdg-utils',
      ],
      recommends: ['gnome-keyring | kwalletmanager'],
    },
    mac: { target: ['dmg'], category: 'public.app-category.finance' },
    win: { target: ['nsis'] },
    nsis: { oneClick: false, perMachine: false },
  };
}

/** A reserved name that never resolves; fpm-shim.mjs leaves the field out. */
export const noHomepage = 'https://halcyon.invalid';

/** Stands in for fpm, which electron-builder would download. */
export const fpmShim = fileURLToPath(new URL('fpm-shim.mjs', import.meta.url));

/** Binaries that the packages bring for platforms other than the one packaged, or that one built here replaces. */
function otherPlatforms() {
  const rebuilt = existsSync(installed('better-sqlite3', 'build', 'Release', 'better_sqlite3.node'));
  const kept = `${process.platform}-${process.arch}`;
  return [
    `!**/node_modules/better-sqlite3/prebuilds/${rebuilt ? '**' : `!(${kept}.node)`}`,
    `!**/node_modules/keytar/prebuilds/!(${kept}){,/**}`,
    `!**/node_modules/better-sqlite3/lib/{darwin,linux,linuxmusl,win32}-*.js`,
  ];
}
