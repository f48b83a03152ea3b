/** What stands where there is no value. */
export const missing = '—';

export type Maybe = number | null | undefined;

/** NaN and the infinities are how a column says "not sent". */
export const isShown = (value: Maybe): value is number => typeof value === 'number' && Number.isFinite(value);
