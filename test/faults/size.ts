import { appendFileSync } from 'node:fs';

/** `npm run faults` runs at full size, `npm test` at a small one. */
const isFull = process.env['HALCYON_FAULTS'] === 'full';

export const sized = (small: number, full: number): number => (isFull ? full : small);

/** What was done and measured, in one line, for the table that `npm run faults` prints. */
export function measured(line: string): void {
  const file = process.env['HALCYON_FAULTS_FILE'];
  if (file !== undefined) appendFileSync(file, `${line}\n`);
}

/** The same moments in every run, unless HALCYON_SEED says otherwise; 0 ≤ x < 1. */
export function faultRandom(): () => number {
  const asked = process.env['HALCYON_SEED'] ?? '20260101';
  let state = asked === 'random' ? Date.now() % 2 ** 31 : Number(asked) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
