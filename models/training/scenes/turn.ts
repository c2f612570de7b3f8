/**
 * Sine and cosine of an angle in turns, from + - * alone: JavaScript leaves the last bits of Math.sin open, and a training
 * set whose hashes are published may not depend on them. Taylor polynomials on an eighth of a turn; error below 1e-9.
 */

const TAU = 6.283185307179586;

/** Sine of an angle within an eighth of a turn of 0, in radians. */
function smallSine(x: number): number {
  const s = x * x;
  return x * (1 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 + s * (-1 / 39916800))))));
}

/** Cosine of an angle within an eighth of a turn of 0, in radians. */
function smallCosine(x: number): number {
  const s = x * x;
  return 1 + s * (-1 / 2 + s * (1 / 24 + s * (-1 / 720 + s * (1 / 40320 + s * (-1 / 3628800)))));
}

/** Sine of an angle in turns (1 is the full circle). */
export function sine(turns: number): number {
  const quarters = Math.floor(turns * 4 + 0.5);
  const rest = (turns - quarters / 4) * TAU;
  const quadrant = ((quarters % 4) + 4) % 4;
  if (quadrant === 0) return smallSine(rest);
  if (quadrant === 1) return smallCosine(rest);
  return quadrant === 2 ? -smallSine(rest) : -smallCosine(rest);
}

/** Cosine of an angle in turns. */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}
