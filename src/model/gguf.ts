/**
 * The header of a GGUF file, versions 2 and 3, little-endian: key-value pairs, then the list of tensors.
 * @see https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */

import { fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { ByteSource } from "../image/source.ts";
import { elements, type ModelHeader, rangeFinding, type TensorInfo } from "./header.ts";

/** Limits of the GGUF reader. */
export const GGUF_LIMITS = {
  /** Key-value pairs; language models have some hundred. CWE-770. */
  pairs: 65_536,
  /** Tensors; the largest mixtures of experts have some ten thousand. */
  tensors: 65_536,
  /** Bytes of one text; chat templates reach 100 KiB. */
  text: 1024 * 1024,
  /** Bytes of the whole header, vocabularies of 256,000 words included. */
  header: 128 * 1024 * 1024,
} as const;

/** Types of a value, by number, each with its size; text and list have none. */
const VALUE_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const TEXT = 8;
const LIST = 9;

/** Names of tensor types with elements and bytes of one block. @see ggml.h and ggml-quants.h */
const TYPES: Readonly<Record<number, readonly [name: string, elements: number, bytes: number]>> = {
  0: ["F32", 1, 4],
  1: ["F16", 1, 2],
  2: ["Q4_0", 32, 18],
  3: ["Q4_1", 32, 20],
  6: ["Q5_0", 32, 22],
  7: ["Q5_1", 32, 24],
  8: ["Q8_0", 32, 34],
  9: ["Q8_1", 32, 36],
  10: ["Q2_K", 256, 84],
  11: ["Q3_K", 256, 110],
  12: ["Q4_K", 256, 144],
  13: ["Q5_K", 256, 176],
  14: ["Q6_K", 256, 210],
  15: ["Q8_K", 256, 292],
  20: ["IQ4_NL", 32, 18],
  23: ["IQ4_XS", 256, 136],
  24: ["I8", 1, 1],
  25: ["I16", 1, 2],
  26: ["I32", 1, 4],
  27: ["I64", 1, 8],
  28: ["F64", 1, 8],
  30: ["BF16", 1, 2],
};

/** Whether the file begins like a GGUF file. */
export function isGguf(source: ByteSource): boolean {
  const [g, a, b, f] = source.read(0, 4);
  return g === 0x47 && a === 0x47 && b === 0x55 && f === 0x46;
}

/**
 * Reads the header. Lists keep only their length (`[32000]`): they are vocabularies.
 * @throws SeedproofError `model.gguf-malformed`, `model.gguf-unsupported`, `model.header-too-long`
 */
export function readGguf(source: ByteSource): ModelHeader {
  if (!isGguf(source)) throw malformed("the file does not begin with GGUF", 0);
  const reader = new GgufReader(source);
  const version = reader.u32();
  if (version !== 2 && version !== 3) {
    throw new SeedproofError("model.gguf-unsupported", `GGUF version ${version} in little-endian order is not read`);
  }
  const [tensorCount, pairCount] = [reader.u64(), reader.u64()];
  if (tensorCount > GGUF_LIMITS.tensors || pairCount > GGUF_LIMITS.pairs) {
    throw new SeedproofError("model.header-too-long", "the header lists more than the limit");
  }
  const metadata: Record<string, string | number | boolean> = {};
  for (let i = 0; i < pairCount; i++) {
    const key = reader.text();
    const value = reader.value(reader.u32());
    Object.defineProperty(metadata, key, { value, enumerable: true, configurable: true, writable: true });
  }
  const listed = Array.from({ length: tensorCount }, () => reader.tensor());
  const alignment = Number(metadata["general.alignment"] ?? 32) || 32;
  const dataOffset = Math.ceil(reader.at / alignment) * alignment;
  const tensors = listed.map((one) => ({ ...one, offset: dataOffset + one.offset }));
  const bad = tensors.filter(({ offset, length }) => offset + (length ?? 0) > source.size);
  return {
    format: "gguf",
    metadata,
    tensors,
    dataOffset,
    findings: bad.length > 0 ? [rangeFinding(bad.length, bad[0]!.name)] : [],
  };
}

/** Reads forward through windows of the source. */
class GgufReader {
  at = 4;
  private readonly source: ByteSource;
  private window = new Uint8Array();
  private windowAt = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  u32(): number {
    return this.take(4).getUint32(0, true);
  }

  u64(): number {
    const value = this.take(8).getBigUint64(0, true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      throw malformed("a count or offset is larger than any file", this.at - 8);
    return Number(value);
  }

  text(): string {
    const length = this.u64();
    if (length > GGUF_LIMITS.text) throw malformed("a text is longer than the limit", this.at);
    const view = this.take(length);
    const text = fromUtf8(new Uint8Array(view.buffer, view.byteOffset, length));
    if (text === undefined) throw malformed("a text is not UTF-8", this.at);
    return text;
  }

  value(type: number): string | number | boolean {
    if (type === TEXT) return this.text();
    if (type === LIST) return this.list();
    const size = VALUE_BYTES[type];
    if (size === undefined) throw malformed(`a value has the unknown type ${type}`, this.at);
    return scalar(this.take(size), type);
  }

  tensor(): TensorInfo {
    const name = this.text();
    const dimensions = this.u32();
    if (dimensions > 8) throw malformed("a tensor has more dimensions than any", this.at);
    // GGUF lists the fastest dimension first.
    const shape = Array.from({ length: dimensions }, () => this.u64()).reverse();
    const type = this.u32();
    const [dtype, block, bytes] = TYPES[type] ?? [`type-${type}`, 0, 0];
    const offset = this.u64();
    return { name, dtype, shape, offset, length: block > 0 ? (elements(shape) / block) * bytes : undefined };
  }

  private list(): string {
    const [type, count] = [this.u32(), this.u64()];
    const size = VALUE_BYTES[type];
    if (size !== undefined) this.skip(size * count);
    else if (type === TEXT) for (let i = 0; i < count; i++) this.skip(this.u64());
    else throw malformed("a list of lists is not read", this.at);
    return `[${count}]`;
  }

  private skip(length: number): void {
    this.at += length;
    this.check(this.at);
  }

  private take(length: number): DataView {
    const end = this.at + length;
    this.check(end);
    if (this.at < this.windowAt || end > this.windowAt + this.window.length) {
      this.window = this.source.read(this.at, Math.max(length, 65_536)) as Uint8Array<ArrayBuffer>;
      this.windowAt = this.at;
    }
    const view = new DataView(this.window.buffer, this.window.byteOffset + this.at - this.windowAt, length);
    this.at = end;
    return view;
  }

  private check(end: number): void {
    if (end > this.source.size) throw malformed("the header goes on behind the end of the file", this.source.size);
    if (end > GGUF_LIMITS.header) {
      throw new SeedproofError("model.header-too-long", "the header is longer than the limit");
    }
  }
}

function scalar(view: DataView, type: number): number | boolean {
  switch (type) {
    case 0:
      return view.getUint8(0);
    case 1:
      return view.getInt8(0);
    case 2:
      return view.getUint16(0, true);
    case 3:
      return view.getInt16(0, true);
    case 4:
      return view.getUint32(0, true);
    case 5:
      return view.getInt32(0, true);
    case 6:
      return view.getFloat32(0, true);
    case 7:
      return view.getUint8(0) !== 0;
    case 10:
      return Number(view.getBigUint64(0, true));
    case 11:
      return Number(view.getBigInt64(0, true));
    default:
      return view.getFloat64(0, true);
  }
}

function malformed(message: string, byte: number): SeedproofError {
  return new SeedproofError("model.gguf-malformed", message, { where: { byte } });
}
