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

/** The single file's tensors without numbers. */
export function singleFile(family: Family): Weights {
  return new Map(
    layout(family).map((row): [string, Weight] => [
      row.singleFile,
      { type: "F16", shape: row.shape, read: () => new Uint8Array(0) },
    ]),
  );
}

/** A tensor of a file that is made while it is read. */
export interface MadeTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its float16 numbers; zeros where nothing is said. */
  readonly numbers?: (bytes: number) => Uint8Array;
}

/** A float16 safetensors file of the family's full size, in the single-file layout. */
export function checkpointOf(
  family: Family,
  { numbers, metadata }: { numbers?: (row: Row, bytes: number) => Uint8Array; metadata?: Record<string, string> } = {},
): ByteSource {
  // Rows of a joined matrix name it three times.
  const rows = [...new Map(layout(family).map((row) => [row.singleFile, row])).values()];
  const tensors = rows.map((row) => ({
    name: row.singleFile,
    shape: row.shape,
    ...(numbers ? { numbers: (bytes: number) => numbers(row, bytes) } : {}),
  }));
  return madeFile(tensors, metadata);
}

/** A safetensors file whose numbers take no memory until they are read; a read is of the header or of one whole tensor. */
export function madeFile(tensors: readonly MadeTensor[], metadata: Readonly<Record<string, string>> = {}): ByteSource {
  let end = 0;
  const places = new Map<number, MadeTensor>();
  const entries = tensors.map((tensor) => {
    const begin = end;
    places.set(begin, tensor);
    end += 2 * tensor.shape.reduce((product, side) => product * side, 1);
    return [tensor.name, { dtype: "F16", shape: tensor.shape, data_offsets: [begin, end] }];
  });
  const json = utf8(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setUint32(0, json.length, true);
  const head = concatBytes(length, json);
  const read = (offset: number, count: number): Uint8Array =>
    offset < head.length
      ? head.subarray(offset, offset + count)
      : (places.get(offset - head.length)?.numbers?.(count) ?? new Uint8Array(count));
  return { size: head.length + end, read };
}
