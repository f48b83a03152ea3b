/** Kingfisher calls a rate beyond ±0.05 % extreme. */
export const extremeRate = 0.0005;

export const isExtreme = (rate: number | null): boolean => rate !== null && Math.abs(rate) > extremeRate;
