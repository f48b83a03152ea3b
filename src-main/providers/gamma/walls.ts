/** Strike with the largest call exposure; the lowest of equals, null where there is none. `calls` are zero or more. */
export const callWallOf = (strikes: Float64Array, calls: Float64Array): number | null =>
  strikeOfMost(strikes, calls, 1);

/** Strike with the most negative put exposure; the lowest of equals, null where there is none. `puts` are zero or less. */
export const putWallOf = (strikes: Float64Array, puts: Float64Array): number | null => strikeOfMost(strikes, puts, -1);

function strikeOfMost(strikes: Float64Array, exposure: Float64Array, sign: 1 | -1): number | null {
  let most = 0;
  let wall: number | null = null;
  for (let row = 0; row < strikes.length; row += 1) {
    const size = sign * exposure[row]!;
    if (size > most) {
      most = size;
      wall = strikes[row]!;
    }
  }
  return wall;
}
