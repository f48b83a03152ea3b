// node run-one.mjs <bench file> <output file>: writes the file's rows as JSON.
import { writeFileSync } from 'node:fs';

import { runnerImport } from 'vite';

import { root } from '../setup/places.mjs';

const [file = '', output = ''] = process.argv.slice(2);
/** @type {{ module: { rows: () => Promise<unknown[]> } }} */
const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'warn' });
writeFileSync(output, JSON.stringify(await module.rows()));
// What a bench left open must not keep the table waiting.
process.exit(0);
