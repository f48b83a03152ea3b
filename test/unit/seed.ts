import fc from 'fast-check';

/**
 * Property tests take the same values in every run, so that a run says something about the change and not about luck;
 * `HALCYON_SEED=random` (or a number) takes others.
 */
const asked = process.env['HALCYON_SEED'] ?? '20260101';
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked) });
