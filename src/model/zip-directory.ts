/** Entries of a zip file, from its central directory, by positioned reads. @see PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5 */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { ByteSource } from "../image/source.ts";

/** Limits of the directory reader. */
export const ZIP_LIMITS = {
  /** Bytes of the central directory; a checkpoint of 10,000 tensors has under 1 MiB. CWE-770. */
  directory: 16 * 1024 * 1024,
  /** Bytes searched for the end record: its comment is at most 65,535 long. */
  tail: 65_535 + 22,
} as const;

const MAX32 = 0xffff_ffff;

/** One entry of a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** File offset of its local header, behind which its bytes stand. */
  readonly header: number;
  /** Bytes as stored. */
  readonly length: number;
  /** Neither compressed nor encrypted. */
  readonly plain: boolean;
}

/** Whether the file begins like a zip file. */
export function isZip(source: ByteSource): boolean {
  const [p, k, three, four] = source.read(0, 4);
  return p === 0x50 && k === 0x4b && three === 3 && four === 4;
}

/** @throws SeedproofError `model.zip-malformed` */
export function zipEntries(source: ByteSource): ZipEntry[] {
  const { offset, length } = directoryOf(source);
  if (length > ZIP_LIMITS.directory || offset + length > source.size)
    throw malformed("the directory is out of place", offset);
  const bytes = source.read(offset, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && view.getUint32(at, true) === 0x02014b50; ) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const next = at + 46 + nameLength! + extraLength! + commentLength!;
    if (next > bytes.length) break;
    const name = bytes.subarray(at + 46, at + 46 + nameLength!);
    const extra = bytes.subarray(at + 46 + nameLength!, at + 46 + nameLength! + extraLength!);
    const [size, header] = sizes(view, at, extra);
    const plain = view.getUint16(at + 10, true) === 0 && (view.getUint16(at + 8, true) & 1) === 0;
    entries.push({ name: fromUtf8(name) ?? fromLatin1(name), header, length: size, plain });
    at = next;
  }
  return entries;
}

/** Place of the central directory, from the end record or, for large files, its 64-bit form. */
function directoryOf(source: ByteSource): { offset: number; length: number } {
  const from = Math.max(0, source.size - ZIP_LIMITS.tail);
  const tail = source.read(from, ZIP_LIMITS.tail);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let at = tail.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const [length, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    if (offset !== MAX32 && length !== MAX32) return { offset, length };
    return directory64(source, from + at);
  }
  throw malformed("the file has no end record", source.size);
}

function directory64(source: ByteSource, endRecord: number): { offset: number; length: number } {
  const locator = source.read(Math.max(0, endRecord - 20), 20);
  const record = source.read(locator.length === 20 ? u64(locator, 8) : 0, 56);
  if (record.length < 56 || u32(record, 0) !== 0x06064b50)
    throw malformed("the 64-bit end record is missing", endRecord);
  return { length: u64(record, 40), offset: u64(record, 48) };
}

/** Stored length and offset of the local header; the 64-bit values stand in an extra field, in this order. */
function sizes(view: DataView, at: number, extra: Uint8Array): [length: number, header: number] {
  const values = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  for (let i = 0; i + 4 <= extra.length; i += 4 + (extra[i + 2]! | (extra[i + 3]! << 8))) {
    if ((extra[i]! | (extra[i + 1]! << 8)) !== 1) continue;
    let field = i + 4;
    for (const [n, value] of values.entries()) {
      if (value !== MAX32 || field + 8 > extra.length) continue;
      values[n] = u64(extra, field);
      field += 8;
    }
  }
  return [values[1]!, values[2]!];
}

/** File offset of an entry's bytes: the local header repeats name and extra field, with lengths of their own. */
export function zipDataOffset(source: ByteSource, { header }: ZipEntry): number | undefined {
  const local = source.read(header, 30);
  if (local.length < 30 || u32(local, 0) !== 0x04034b50) return undefined;
  return header + 30 + (local[26]! | (local[27]! << 8)) + (local[28]! | (local[29]! << 8));
}

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}

/** Beyond 2^53 no file reaches; such a value leads nowhere. */
function u64(bytes: Uint8Array, at: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(at, true));
}

function malformed(message: string, byte: number): SeedproofError {
  return new SeedproofError("model.zip-malformed", message, { where: { byte } });
}
