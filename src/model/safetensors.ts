/**
 * The header of a safetensors file: 8 bytes of length, JSON, then the tensors' bytes without gaps.
 * @see https://github.com/huggingface/safetensors, README.md "Format"
 */

import { fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { ByteSource } from "../image/source.ts";
import { elements, type ModelHeader, rangeFinding, type TensorInfo } from "./header.ts";

/** Limits of the safetensors reader. */
export const SAFETENSORS_LIMITS = {
  /** Bytes of JSON. The format's own limit is 100 MB; real headers stay below 10 MB. CWE-770. */
  header: 64 * 1024 * 1024,
} as const;

/** Bytes of one element, by the spellings of the format. */
const BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** Length of the JSON header in bytes, or `undefined` where the file does not begin like a safetensors file. */
export function safetensorsHeaderLength(source: ByteSource): number | undefined {
  const start = source.read(0, 9);
  if (start.length < 9 || start[8] !== 0x7b) return undefined;
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  return length >= 2 && length <= source.size - 8 ? length : undefined;
}

/**
 * Reads the header. Tensors whose bytes overlap, leave gaps or do not fit their shape are a finding, not an error.
 * @throws SeedproofError `model.safetensors-malformed`, `model.header-too-long`
 */
export function readSafetensors(source: ByteSource): ModelHeader {
  const length = safetensorsHeaderLength(source);
  if (length === undefined) throw malformed("the file does not begin with the length of a JSON header", 0);
  if (length > SAFETENSORS_LIMITS.header) {
    throw new SeedproofError("model.header-too-long", `a header of ${length} bytes is longer than the limit`);
  }
  const json = tryJson(fromUtf8(source.read(8, length)) ?? "");
  if (!isObject(json)) throw malformed("the header is no JSON object", 8);
  const dataOffset = 8 + length;
  const entries = Object.entries(json).filter(([name]) => name !== "__metadata__");
  const tensors = entries.map(([name, value]) => tensor(name, value, dataOffset));
  const bad = misplaced(tensors, dataOffset, source.size);
  return {
    format: "safetensors",
    metadata: metadataOf(json),
    tensors,
    dataOffset,
    findings: bad.length > 0 ? [rangeFinding(bad.length, bad[0]!.name)] : [],
  };
}

function metadataOf(json: JsonObject): Record<string, string> {
  const metadata = isObject(json.__metadata__) ? json.__metadata__ : {};
  return Object.fromEntries(
    Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function tensor(name: string, value: Json, dataOffset: number): TensorInfo {
  const { dtype, shape, data_offsets: range } = isObject(value) ? value : {};
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(range) || range.length !== 2 || range[0]! > range[1]!) {
    throw malformed(`the header's entry for the tensor ${name.slice(0, 80)} is not of the format`, 8);
  }
  return { name, dtype, shape, offset: dataOffset + range[0]!, length: range[1]! - range[0]! };
}

function isSizes(value: Json | undefined): value is number[] {
  return (
    Array.isArray(value) && value.length <= 16 && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)
  );
}

/** Tensors that do not follow one another without gap up to the file's end, or whose length is not that of their shape. */
function misplaced(tensors: readonly TensorInfo[], dataOffset: number, size: number): TensorInfo[] {
  let expected = dataOffset;
  const bad = [...tensors]
    .sort((a, b) => a.offset - b.offset)
    .filter(({ dtype, shape, offset, length = 0 }) => {
      const fits = offset === expected && (BYTES[dtype] === undefined || BYTES[dtype] * elements(shape) === length);
      expected = offset + length;
      return !fits || expected > size;
    });
  return bad;
}

function malformed(message: string, byte: number): SeedproofError {
  return new SeedproofError("model.safetensors-malformed", message, { where: { byte } });
}
