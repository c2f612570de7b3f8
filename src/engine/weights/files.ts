/** Weights out of a safetensors file, read a tensor at a time. Pickles are refused: they are programs. */

import { SeedproofError } from "../../base/errors.ts";
import type { ByteSource } from "../../image/source.ts";
import type { ModelHeader } from "../../model/header.ts";
import { readSafetensors } from "../../model/safetensors.ts";
import type { Weight, Weights, WeightType } from "./weights.ts";

/** Number types that a network can run on; what else a checkpoint carries (position ids, step counts) is left out. */
const FLOATS: ReadonlySet<string> = new Set<WeightType>(["F32", "F16", "BF16"]);

/** Weights, and what the file says about them: `ss_*` training settings, `modelspec.*`. */
export interface WeightFile {
  readonly weights: Weights;
  readonly metadata: ModelHeader["metadata"];
}

/**
 * The weights of a file by the names in it. Their numbers are read when they are asked for.
 * @throws SeedproofError `engine.weights-pickle` for a PyTorch file (.ckpt, .pt, .bin), `engine.weights-type` for quantised
 *   weights, `model.safetensors-malformed` for another format, `engine.weights-damaged` when the file is cut or tensors overlap, leave holes or do not fill their shape
 */
export function readWeights(source: ByteSource): WeightFile {
  refusePickle(source.read(0, 8));
  const { tensors, metadata, findings } = readSafetensors(source);
  const damage = findings.find(({ level }) => level === "fails");
  if (damage) throw new SeedproofError("engine.weights-damaged", damage.text.en);
  const other = tensors.find(({ name, dtype }) => name.endsWith(".weight") && !FLOATS.has(dtype));
  if (other) {
    const message = `the weight ${other.name} is of type ${other.dtype}; F32, F16 and BF16 are run`;
    throw new SeedproofError("engine.weights-type", message);
  }
  const weights = tensors
    .filter(({ dtype }) => FLOATS.has(dtype))
    .map(({ name, dtype, shape, offset, length = 0 }): [string, Weight] => [
      name,
      { type: dtype as WeightType, shape, read: () => source.read(offset, length) },
    ]);
  return { weights: new Map(weights), metadata };
}

/** A PyTorch file is a zip, or in its old form a bare pickle: opcode PROTO and a version from 2 to 5. */
function refusePickle(first: Uint8Array): void {
  const zip = first[0] === 0x50 && first[1] === 0x4b;
  // A safetensors length may begin with the same two bytes, but its eighth is 0.
  const pickle = first[0] === 0x80 && first[1]! >= 2 && first[1]! <= 5 && first[7] !== 0;
  if (zip || pickle) {
    const message = "this is a PyTorch pickle, which can run programs when it is read; convert it to safetensors";
    throw new SeedproofError("engine.weights-pickle", message);
  }
}
