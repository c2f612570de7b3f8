/** Names and shapes of full-size checkpoints, made by models/training/golden/layouts.py. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, strFromU8 } from "fflate";
import type { Weight, Weights } from "../../../src/engine/weights/weights.ts";

export type Family = "sd1" | "sd2" | "sdxl";

export interface Row {
  readonly network: string;
  readonly singleFile: string;
  readonly diffusers: string;
  readonly shape: readonly number[];
}

export function layout(family: Family): Row[] {
  const text = strFromU8(gunzipSync(readFileSync(join(import.meta.dirname, "vectors", `${family}.tsv.gz`))));
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [network = "", singleFile = "", diffusers = "", shape = ""] = line.split("\t");
      return { network, singleFile, diffusers, shape: shape.split("x").map(Number) };
    });
}

/** The single file's tensors with the numbers that `read` gives; none by default. */
export function singleFile(family: Family, read?: (row: Row) => Uint8Array): Weights {
  return new Map(
    layout(family).map((row): [string, Weight] => [
      row.singleFile,
      { type: "F16", shape: row.shape, read: () => read?.(row) ?? new Uint8Array(0) },
    ]),
  );
}
