/** Little-endian words of `lanes` × 32 bits as planes: all first bytes, then all second bytes … Alike bytes compress well. */
export function toPlanes(words: Uint32Array, lanes: 1 | 2): Uint8Array {
  const count = words.length / lanes;
  const planes = new Uint8Array(words.length * 4);
  for (let lane = 0; lane < lanes; lane++) {
    const a = lane * 4 * count;
    const b = a + count;
    const c = b + count;
    const d = c + count;
    for (let i = 0, w = lane; i < count; i++, w += lanes) {
      const word = words[w] as number;
      planes[a + i] = word;
      planes[b + i] = word >>> 8;
      planes[c + i] = word >>> 16;
      planes[d + i] = word >>> 24;
    }
  }
  return planes;
}

export function fromPlanes(planes: Uint8Array, lanes: 1 | 2): Uint32Array {
  const words = new Uint32Array(planes.length / 4);
  const count = words.length / lanes;
  for (let lane = 0; lane < lanes; lane++) {
    const a = lane * 4 * count;
    const b = a + count;
    const c = b + count;
    const d = c + count;
    for (let i = 0, w = lane; i < count; i++, w += lanes) {
      words[w] =
        (planes[a + i] as number) |
        ((planes[b + i] as number) << 8) |
        ((planes[c + i] as number) << 16) |
        ((planes[d + i] as number) << 24);
    }
  }
  return words;
}
