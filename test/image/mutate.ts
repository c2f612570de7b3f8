/** Damaged and hostile files, made from real ones and from nothing, each by a number that makes it again. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { crc32 } from "../../src/image/crc32.ts";

const FOLDERS = ["../../samples", "vectors"].map((folder) => resolve(import.meta.dirname, folder));

/** The files that mutations start from: those below 1 MiB, as the bound on time is stated for them. */
export function originals(): Uint8Array[] {
  const paths = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const small = (path: string): boolean => statSync(path).isFile() && statSync(path).size < 1 << 20;
  const images = paths.filter((path) => !/\.(json|md|sh)$/.test(path) && small(path));
  return images.map((path) => new Uint8Array(readFileSync(path)));
}

/** Numbers below a bound from a seed; the same seed gives the same numbers. @see mulberry32 */
function dice(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

type Roll = (bound: number) => number;
type Mutation = (file: Uint8Array, roll: Roll, all: readonly Uint8Array[]) => Uint8Array;

/** A place in the file, mostly near its start or its end, where metadata stand. */
function place(file: Uint8Array, roll: Roll): number {
  const near = Math.min(file.length, 4096);
  return [roll(near), file.length - 1 - roll(near), roll(file.length)][roll(3)]!;
}

const FORGED = [
  0, 1, 2, 7, 8, 16, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];

const MUTATIONS: readonly Mutation[] = [
  function flipBits(file, roll) {
    const out = file.slice();
    for (let i = roll(8); i >= 0; i--) out[place(out, roll)]! ^= 1 << roll(8);
    return out;
  },
  function cut(file, roll) {
    return file.slice(0, place(file, roll));
  },
  function forgeNumber(file, roll) {
    const out = file.slice();
    const view = new DataView(out.buffer);
    const at = Math.min(place(out, roll), out.length - 4);
    if (at >= 0) view.setUint32(at, FORGED[roll(FORGED.length)]!, roll(2) === 0);
    return out;
  },
  function forgeShort(file, roll) {
    const out = file.slice();
    const at = place(out, roll);
    out.set([roll(256), roll(256)].slice(0, out.length - at), at);
    return out;
  },
  function removePart(file, roll) {
    const at = place(file, roll);
    return concatBytes(file.subarray(0, at), file.subarray(at + 1 + roll(64)));
  },
  function repeatPart(file, roll) {
    const at = place(file, roll);
    const part = file.subarray(at, at + 1 + roll(2048));
    return concatBytes(file.subarray(0, at), ...Array<Uint8Array>(1 + roll(20)).fill(part), file.subarray(at));
  },
  function insertNoise(file, roll) {
    const at = place(file, roll);
    const noise = Uint8Array.from({ length: roll(64) }, () => roll(256));
    return concatBytes(file.subarray(0, at), noise, file.subarray(at));
  },
  function splice(file, roll, all) {
    const other = all[roll(all.length)]!;
    return concatBytes(file.subarray(0, place(file, roll)), other.subarray(place(other, roll)));
  },
];

/** The damaged file that this seed names, below 1 MiB. */
export function mutated(files: readonly Uint8Array[], seed: number): Uint8Array {
  const roll = dice(seed);
  let file = files[roll(files.length)]!;
  for (let i = roll(3); i >= 0 && file.length > 0; i--) file = MUTATIONS[roll(MUTATIONS.length)]!(file, roll, files);
  return file.subarray(0, (1 << 20) - 1);
}

function be32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

const box = (type: string, ...parts: Uint8Array[]): Uint8Array => {
  const content = concatBytes(...parts);
  return concatBytes(be32(content.length + 8), new Uint8Array([...type].map((c) => c.charCodeAt(0))), content);
};

const pngChunk = (type: string, data: Uint8Array): Uint8Array => {
  const body = concatBytes(utf8(type), data);
  return concatBytes(be32(data.length), body, be32(crc32(body)));
};

const png = (...chunks: Uint8Array[]): Uint8Array =>
  concatBytes(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    pngChunk("IHDR", Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0)),
    ...chunks,
  );

const segment = (marker: number, data: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0xff, marker, (data.length + 2) >> 8, data.length + 2), data);

const jpeg = (...segments: Uint8Array[]): Uint8Array => concatBytes(Uint8Array.of(0xff, 0xd8), ...segments);

/** The part repeated to just below 1 MiB. */
function flood(part: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.floor(1_000_000 / part.length) * part.length);
  for (let at = 0; at < out.length; at += part.length) out.set(part, at);
  return out;
}

/** `levels` of one thing in another. */
const nest = (levels: number, wrap: (inner: Uint8Array) => Uint8Array): Uint8Array => {
  let inner: Uint8Array = new Uint8Array();
  for (let i = 0; i < levels; i++) inner = wrap(inner);
  return inner;
};

const bomb = (bytes: number): Uint8Array => deflateSync(Buffer.alloc(bytes, 0x41), { level: 9 });
/** The same stream with another checksum at its end. */
const damaged = (stream: Uint8Array): Uint8Array => concatBytes(stream.subarray(0, -4), new Uint8Array(4));
const ebml = (id: readonly number[], content: Uint8Array): Uint8Array =>
  concatBytes(
    Uint8Array.from(id),
    Uint8Array.of(0x10 | (content.length >> 24), content.length >> 16, content.length >> 8, content.length),
    content,
  );

/** A TIFF whose entries all lead to one large value, or to their own directory. */
function tiff(entries: number, tag: number, type: number, count: number, value: number, size = 500_000): Uint8Array {
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  out.set(utf8("MM\0*"));
  view.setUint32(4, 8);
  view.setUint16(8, entries);
  for (let i = 0; i < entries; i++) {
    view.setUint16(10 + 12 * i, tag);
    view.setUint16(12 + 12 * i, type);
    view.setUint32(14 + 12 * i, count);
    view.setUint32(18 + 12 * i, value);
  }
  return out;
}

/** Files of below 1 MiB that ask for more time or memory than any real one: bombs, floods, nests and loops. */
export function bombs(): Record<string, Uint8Array> {
  const text = (keyword: string, value: Uint8Array) => pngChunk("zTXt", concatBytes(utf8(`${keyword}\0\0`), value));
  const ftyp = box("ftyp", utf8("isom\0\0\0\0isom"));
  const xmp = utf8("http://ns.adobe.com/xap/1.0/\0");
  const extended = concatBytes(
    utf8(`http://ns.adobe.com/xmp/extension/\0${"a".repeat(32)}`),
    be32(0xffffffff),
    be32(0xffffffff),
  );
  return {
    "a zTXt that inflates to 64 MiB": png(text("parameters", bomb(1 << 26))),
    "a zTXt that inflates to 8 MiB": png(text("parameters", bomb(8_000_000))),
    "many zTXt that inflate to more than the limit": png(flood(text("prompt", bomb(9_000_000)))),
    "many zTXt with a wrong checksum": png(flood(text("prompt", damaged(bomb(7_000_000))))),
    "many empty PNG chunks": png(flood(pngChunk("teXt", new Uint8Array()))),
    "many empty text chunks": png(flood(pngChunk("tEXt", utf8("a\0")))),
    "a text chunk of forged length": png(concatBytes(be32(0xffffffff), utf8("tEXtparameters\0"))),
    "many EXIF chunks": png(flood(pngChunk("eXIf", tiff(80, 0x9286, 2, 900, 8, 1000)))),
    "EXIF whose entries share one value": png(pngChunk("eXIf", tiff(30_000, 0x9286, 7, 400_000, 8))),
    "EXIF whose directories lead to themselves": png(pngChunk("eXIf", tiff(30_000, 0x8769, 4, 1, 8))),
    "EXIF whose GPS directories are one": png(pngChunk("eXIf", tiff(40_000, 0x8825, 4, 1, 8))),
    "a TIFF whose directories lead to themselves": tiff(40_000, 0x8769, 4, 1, 8),
    "many JPEG comments": jpeg(flood(segment(0xfe, utf8("a")))),
    "many quantisation tables": jpeg(flood(segment(0xdb, new Uint8Array(65).fill(7)))),
    "many JUMBF parts": jpeg(flood(segment(0xeb, utf8("JP\0\u0001\0\0\0\u0001aaaajumbaaaaaaaa")))),
    "many parts of extended XMP": jpeg(flood(segment(0xe1, extended))),
    "many XMP segments": jpeg(flood(segment(0xe1, concatBytes(xmp, utf8("<x CreatorTool='GIMP' ".repeat(900)))))),
    "deep XMP": jpeg(flood(segment(0xe1, concatBytes(xmp, utf8("<a softwareAgent='GIMP'>".repeat(2000)))))),
    "fill bytes": jpeg(new Uint8Array(1_000_000).fill(0xff)),
    "a scan without an end": jpeg(segment(0xda, new Uint8Array(10)), new Uint8Array(1_000_000).fill(0xff)),
    "boxes in boxes": concatBytes(
      ftyp,
      nest(10_000, (inner) => box("moov", inner)),
    ),
    "many empty boxes": concatBytes(ftyp, flood(box("free"))),
    "many brob boxes": concatBytes(
      box("JXL ", Uint8Array.of(13, 10, 0x87, 10)),
      flood(box("brob", utf8("comf"), Uint8Array.of(0x8f, 255, 255, 255))),
    ),
    "an item list without end": concatBytes(
      ftyp,
      box("meta", new Uint8Array(4), box("iloc", new Uint8Array(900_000).fill(0xff))),
    ),
    "extents of no length": concatBytes(
      ftyp,
      box("meta", new Uint8Array(4), box("iloc", Uint8Array.of(0, 0, 0, 0, 0, 0), new Uint8Array(900_000).fill(0x77))),
    ),
    "EBML in EBML": concatBytes(
      ebml([0x1a, 0x45, 0xdf, 0xa3], utf8("x")),
      nest(2000, (inner) => ebml([0x67, 0xc8], concatBytes(ebml([0x45, 0xa3], utf8("name")), inner))),
    ),
    "segments in segments": nest(20_000, (inner) =>
      ebml([0x1a, 0x45, 0xdf, 0xa3], ebml([0x18, 0x53, 0x80, 0x67], inner).subarray(0, 30)),
    ),
    "many clusters of unknown length": concatBytes(
      ebml([0x1a, 0x45, 0xdf, 0xa3], utf8("x")),
      flood(Uint8Array.of(0x1f, 0x43, 0xb6, 0x75, 0xff)),
    ),
    "GIF blocks of one byte": concatBytes(
      utf8("GIF89a"),
      new Uint8Array(7),
      flood(Uint8Array.of(0x21, 0xfe, 1, 65, 0)),
    ),
    "a GIF comment of one-byte pieces": concatBytes(
      utf8("GIF89a"),
      new Uint8Array(7),
      Uint8Array.of(0x21, 0xfe),
      flood(Uint8Array.of(1, 65)),
    ),
    "RIFF chunks of no length": concatBytes(
      utf8("RIFF"),
      Uint8Array.of(255, 255, 255, 127),
      utf8("WEBP"),
      flood(utf8("EXIF\0\0\0\0")),
    ),
  };
}
