/** Names and shapes of full-size checkpoints, made by models/training/golden/layouts.py. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, strFromU8 } from "fflate";
import { concatBytes, utf8 } from "../../../src/base/bytes.ts";
import type { Weight, Weights } from "../../../src/engine/weights/weights.ts";
import type { ByteSource } from "../../../src/image/source.ts";

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

/** A float16 safetensors file of the full size, whose numbers are zero and take no memory until they are read. */
export function safetensorsOf(family: Family, metadata: Readonly<Record<string, string>> = {}): ByteSource {
  let at = 0;
  const entries = [...new Map(layout(family).map((row) => [row.singleFile, row])).values()].map(
    ({ singleFile, shape }) => {
      const begin = at;
      at += 2 * shape.reduce((product, side) => product * side, 1);
      return [singleFile, { dtype: "F16", shape, data_offsets: [begin, at] }];
    },
  );
  const json = utf8(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, json.length, true);
  const head = concatBytes(length, json);
  const size = head.length + at;
  const read = (offset: number, count: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(count, size - offset)));
    if (offset < head.length) bytes.set(head.subarray(offset, Math.min(head.length, offset + bytes.length)));
    return bytes;
  };
  return { size, read };
}
