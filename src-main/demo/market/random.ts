/** One 32-bit seed from any mix of words and whole numbers; the order matters. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let h = 0x9e3779b9;
  for (const part of parts) {
    if (typeof part === 'number') {
      h = mix(h ^ (part | 0));
      h = mix(h ^ Math.floor(part / 4294967296));
    } else {
      for (let i = 0; i < part.length; i++) h = mix(h ^ part.charCodeAt(i));
    }
    h = mix(h + 0x51ed270b);
  }
  return h >>> 0;
}

function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A stream of random numbers that is the same for the same seed, everywhere. */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

export function createRandom(seed: number): Random {
  let state = seed | 0;
  let spare = Number.NaN;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => {
    if (spare === spare) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    let a = 0;
    let b = 0;
    let square = 0;
    do {
      a = 2 * uniform() - 1;
      b = 2 * uniform() - 1;
      square = a * a + b * b;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare = b * scale;
    return a * scale;
  };
  return { uniform, normal };
}

/** The one standard normal that belongs to these parts. */
export const normalAt = (...parts: readonly (string | number)[]): number => createRandom(seedOf(...parts)).normal();

/** Smooth noise over time, random access: normals at multiples of `periodMs`, joined by a smooth step. */
export function noiseAt(seed: number, name: string, at: number, periodMs: number): number {
  const index = Math.floor(at / periodMs);
  const part = at / periodMs - index;
  const step = part * part * (3 - 2 * part);
  return normalAt(seed, name, index) * (1 - step) + normalAt(seed, name, index + 1) * step;
}
