/** A1111's spherical mixture of two noises, for variation seeds. */

import { atan2 } from "../../base/math-atan.ts";
import { sin } from "../../base/math-trig.ts";

/** Noises as alike as this are mixed along the straight line. */
const ALIKE = 0.9995;

/**
 * The noise `strength` of the way from `low` to `high` along the circle, column by column.
 *
 * Lengths and angles are taken along the height, for each channel and column on its own, not over the whole noise: a
 * trait of A1111 that its images depend on. Sums are in double here and in float32 there, so that results agree to
 * about 1e-6, not to the bit.
 *
 * @param shape - channels, height, width of both noises
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/rng.py (slerp), as behaviour
 */
export function slerp(
  strength: number,
  low: Float32Array,
  high: Float32Array,
  [channels, height, width]: readonly [number, number, number],
): Float32Array<ArrayBuffer> {
  const columns = channels * width;
  const cell = (column: number, y: number): number =>
    (Math.floor(column / width) * height + y) * width + (column % width);
  const cosines = Float64Array.from({ length: columns }, (_, column) => {
    let [dot, lowSquares, highSquares] = [0, 0, 0];
    for (let y = 0; y < height; y++) {
      const [a, b] = [low[cell(column, y)]!, high[cell(column, y)]!];
      dot += a * b;
      lowSquares += a * a;
      highSquares += b * b;
    }
    return dot / Math.sqrt(lowSquares * highSquares);
  });
  // With the weights changed over, as A1111 has it.
  if (cosines.reduce((sum, cosine) => sum + cosine, 0) / columns > ALIKE) {
    return Float32Array.from(low, (value, i) => value * strength + high[i]! * (1 - strength));
  }
  const mixed = new Float32Array(low.length);
  for (let column = 0; column < columns; column++) {
    const cosine = cosines[column]!;
    const omega = atan2(Math.sqrt((1 - cosine) * (1 + cosine)), cosine);
    const [a, b] = [sin((1 - strength) * omega) / sin(omega), sin(strength * omega) / sin(omega)];
    for (let y = 0; y < height; y++) {
      const i = cell(column, y);
      mixed[i] = a * low[i]! + b * high[i]!;
    }
  }
  return mixed;
}
