import fc from 'fast-check';

/**
 * Property tests take the same values in every run, so that a run says something about the change and not about luck;
 * `HALCYON_SEED=random` (or a number) takes others.
 */
const asked = process.env['HALCYON_SEED'] ?? '20260101';
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });

/** How often a bulk property runs: in `npm test` as usual, `HALCYON_RUNS` times as often where that is set. */
export function runs(usual: number): number {
  const times = Number(process.env['HALCYON_RUNS'] ?? 1);
  return Math.max(1, Math.round(usual * (Number.isFinite(times) && times > 0 ? times : 1)));
}

/** How many payloads a parser is given: in `npm test` as usual, `HALCYON_PAYLOADS` where that is set. */
export function payloads(usual: number): number {
  const asked = Number(process.env['HALCYON_PAYLOADS'] ?? 0);
  return Number.isInteger(asked) && asked > 0 ? asked : runs(usual);
}

/** The first seed of properties that have a generator of their own. */
export const firstSeed = asked === 'random' ? Date.now() % 2 ** 31 : Number(asked);
