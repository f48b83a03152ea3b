import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('\n## Security\n'), readme.indexOf('\n## Adding a provider\n'));
const rows = section
  .split('\n')
  .filter((line) => /^\| (\d+|[a-z])/.test(line))
  .map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim().replaceAll('\\', '')),
  );

/** `file: names; file: names` as pairs of a file and the words that must stand in it. */
const proofs = rows.flatMap((cells) =>
  (cells.at(-1) ?? '').split('; ').flatMap((proof) => {
    const [, file, names = ''] = /^`((?:unit|e2e)\/[\w/-]+)`(?:[^:]*: (.*))?$/.exec(proof) ?? [];
    return file === undefined ? [] : [{ file, names: names.split(', ').map((name) => name.replace(/ …$/, '')) }];
  }),
);

const placeOf = (file: string): string | undefined =>
  [`${file}.test.ts`, `${file}.spec.ts`, file].map((name) => join(root, 'test', name)).find(existsSync);

describe('the table of security in the README', () => {
  it('has the twenty items of Electron’s checklist in their order', () => {
    expect(rows.filter(([number]) => /^\d+$/.test(number ?? '')).map(([number]) => Number(number))).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
    expect(rows.every((cells) => cells.length >= 3 && cells.every((cell) => cell.length > 0))).toBe(true);
    expect(proofs.length).toBeGreaterThan(35);
  });

  it.each(proofs)('names tests that are there: $file', ({ file, names }) => {
    const place = placeOf(file);
    expect(place).toBeDefined();
    if (names.join('') === '' || place === undefined || !place.endsWith('.ts')) return;
    const text = readFileSync(place, 'utf8');
    for (const name of names.filter((each) => each !== '')) {
      // A comma may be part of a name: its parts then all stand in the file.
      for (const part of name.split(': '))
        expect(text).toContain(
          part.replace(/^(the links|a known secret|a secret nobody told of|the providers’ own addresses) /, ''),
        );
    }
  });
});
