/**
 * A bundle as one zip file: written in one form only, so that the same files give the same archive; read as what strangers send.
 * @see PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5
 */

import { Inflate } from "fflate";
import { concatBytes, equalBytes, fromLatin1, fromUtf8, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { crc32 } from "../image/crc32.ts";
import type { BundleFiles } from "./bundle-input.ts";
import { BUNDLE_LIMITS, foldedPath, pathFlaw } from "./bundle-path.ts";

/** Signatures and fixed fields of the format. */
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** Names in UTF-8. */
const UTF8 = 0x0800;
/** 1 January 1980, the first day that the format knows: archives say nothing of when they were packed. */
const DATE = 0x0021;
/** Made on Unix, as a regular file that its owner may write and everyone may read. */
const [MADE_BY, REGULAR] = [0x0314, 0o100644];
const MAX32 = 0xffff_ffff;

/** The archive: files in the order of their paths, stored, without a date. @throws SeedproofError `dossier.zip-too-large` beyond 4 GB */
export function writeZip(files: BundleFiles): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [path, bytes] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const name = utf8(path);
    const sum = crc32(bytes);
    const head = localHeader(name, sum, bytes.length);
    directory.push(centralHeader(name, sum, bytes.length, at));
    parts.push(head, bytes);
    at += head.length + bytes.length;
    if (at > MAX32)
      throw new SeedproofError("dossier.zip-too-large", "a zip of more than 4 GB is not written; use a folder");
  }
  const central = concatBytes(...directory);
  return concatBytes(...parts, central, endRecord(directory.length, central.length, at));
}

/** Little-endian fields, `[value, bytes]` one after the other. */
function fields(...list: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  const out = new Uint8Array(list.reduce((sum, [, bytes]) => sum + bytes, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [value, bytes] of list) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return out;
}

function localHeader(name: Uint8Array, sum: number, size: number): Uint8Array {
  const head = fields([LOCAL!, 4], [10, 2], [UTF8, 2], [0, 2], [0, 2], [DATE, 2], [sum, 4], [size, 4], [size, 4]);
  return concatBytes(head, fields([name.length, 2], [0, 2]), name);
}

function centralHeader(name: Uint8Array, sum: number, size: number, at: number): Uint8Array {
  const head = fields([CENTRAL!, 4], [MADE_BY!, 2], [10, 2], [UTF8, 2], [0, 2], [0, 2], [DATE, 2], [sum, 4]);
  const rest = fields(
    [size, 4],
    [size, 4],
    [name.length, 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [0, 2],
    [REGULAR! * 0x10000, 4],
    [at, 4],
  );
  return concatBytes(head, rest, name);
}

function endRecord(count: number, length: number, at: number): Uint8Array {
  return fields([END!, 4], [0, 2], [0, 2], [count, 2], [count, 2], [length, 4], [at, 4], [0, 2]);
}

/** What reading an archive gave. */
export interface ReadZip {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whether its bytes are exactly those that {@link writeZip} makes of its files. */
  readonly canonical: boolean;
}

/**
 * Reads an archive whole. One leading folder that all files share is taken off.
 * @throws SeedproofError `dossier.zip-*` for what no honest bundle has: paths that lead out, links, the same name twice, entries that overlap
 *   or disagree with their headers, encryption, more bytes than it says, or more than the limits
 */
export function readZip(archive: Uint8Array): ReadZip {
  const entries = directoryOf(archive);
  checkNames(entries);
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > BUNDLE_LIMITS.totalBytes) throw bad("too-large", "its files are larger than the limit");
  checkPlaces(archive, entries);
  const files = new Map(
    entries.filter(({ folder }) => !folder).map((entry) => [entry.name, contentOf(archive, entry)]),
  );
  const canonical = entries.length <= 0xffff && equalBytes(writeZip(files), archive);
  return { files: withoutRoot(files), canonical };
}

interface ZipEntry {
  readonly name: string;
  readonly raw: Uint8Array;
  readonly folder: boolean;
  readonly method: number;
  readonly flags: number;
  readonly sum: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

function directoryOf(archive: Uint8Array): ZipEntry[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  const end = endOf(view);
  const [count, length, from] = [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
  ];
  if (count > BUNDLE_LIMITS.files) throw bad("too-many", "it has more files than the limit");
  if (count === 0xffff || from === MAX32) throw bad("form", "archives of the 64-bit form are not read");
  if (from + length !== end) throw bad("form", "its directory is not where it says");
  const entries: ZipEntry[] = [];
  let at = from;
  while (entries.length < count) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw bad("form", "its directory is damaged");
    const entry = entryAt(archive, view, at);
    entries.push(entry);
    at += 46 + entry.raw.length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at !== end) throw bad("form", "its directory is damaged");
  return entries;
}

/** The end record; a comment behind it, where things could hide, is refused. */
function endOf(view: DataView): number {
  const at = view.byteLength - 22;
  if (at < 0 || view.getUint32(at, true) !== END)
    throw bad("form", "it is no zip file, is cut, or has a comment behind it");
  return at;
}

function entryAt(archive: Uint8Array, view: DataView, at: number): ZipEntry {
  const raw = archive.subarray(at + 46, at + 46 + view.getUint16(at + 28, true));
  const name = fromUtf8(raw) ?? fromLatin1(raw);
  const mode = view.getUint32(at + 38, true) >>> 16;
  if ((mode & 0o170000) === 0o120000) throw bad("link", `${name} is a link`);
  if ((mode & 0o170000) !== 0 && (mode & 0o170000) !== 0o100000 && (mode & 0o170000) !== 0o040000) {
    throw bad("link", `${name} is no regular file`);
  }
  return {
    name,
    raw,
    folder: name.endsWith("/"),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    sum: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
  };
}

function checkNames(entries: readonly ZipEntry[]): void {
  const taken = new Set<string>();
  for (const { name, folder, flags, method, size } of entries) {
    const flaw = pathFlaw(folder ? name.slice(0, -1) : name);
    if (flaw) throw bad("path", `${JSON.stringify(name.slice(0, 200))} is no path inside a bundle (${flaw})`);
    const folded = foldedPath(folder ? name.slice(0, -1) : name);
    if (taken.has(folded)) throw bad("twice", `${name} is there twice`);
    taken.add(folded);
    if ((flags & 1) !== 0) throw bad("form", `${name} is encrypted`);
    if (method !== 0 && method !== 8) throw bad("form", `${name} is compressed in a way that is not read`);
    if (size > BUNDLE_LIMITS.fileBytes || (folder && size > 0))
      throw bad("too-large", `${name} is larger than the limit`);
  }
}

/** That no two entries share bytes: that is how an archive of kilobytes unpacks to petabytes. */
function checkPlaces(archive: Uint8Array, entries: readonly ZipEntry[]): void {
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.at - b.at)) {
    if (entry.at < end) throw bad("overlap", `${entry.name} overlaps with another file`);
    end = dataStart(archive, entry) + entry.packed;
    if (end > archive.length) throw bad("form", `${entry.name} leaves the archive`);
  }
}

/** Where the content begins; the local header must tell the same as the directory. */
function dataStart(archive: Uint8Array, { at, raw, name, method, flags }: ZipEntry): number {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
  if (at + 30 > archive.length || view.getUint32(at, true) !== LOCAL)
    throw bad("form", `${name} is not where the directory says`);
  const length = view.getUint16(at + 26, true);
  const same = equalBytes(archive.subarray(at + 30, at + 30 + length), raw);
  if (!same || view.getUint16(at + 8, true) !== method || view.getUint16(at + 6, true) !== flags) {
    throw bad("form", `${name} is called otherwise in its own header`);
  }
  return at + 30 + length + view.getUint16(at + 28, true);
}

function contentOf(archive: Uint8Array, entry: ZipEntry): Uint8Array {
  const from = dataStart(archive, entry);
  const packed = archive.subarray(from, from + entry.packed);
  const bytes = entry.method === 0 ? packed : inflated(packed, entry);
  if (bytes.length !== entry.size || crc32(bytes) !== entry.sum)
    throw bad("damaged", `${entry.name} is damaged in the archive`);
  return bytes;
}

/** Packed bytes that are unpacked at once: at best they give 1 MB. */
const PUSH = 1024;

/** Stops as soon as more comes out than the directory says. */
function inflated(packed: Uint8Array, { name, size }: ZipEntry): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const inflate = new Inflate((part) => {
    length += part.length;
    if (length > size) throw bad("bomb", `${name} unpacks to more than the ${size} bytes that it says`);
    parts.push(part.slice());
  });
  try {
    for (let at = 0; at < packed.length; at += PUSH)
      inflate.push(packed.subarray(at, at + PUSH), at + PUSH >= packed.length);
  } catch (error) {
    throw error instanceof SeedproofError ? error : bad("damaged", `${name} is damaged in the archive`);
  }
  return concatBytes(...parts);
}

/** Archives made from outside have all files below one folder. */
function withoutRoot(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const [first] = [...files.keys()];
  const root = first?.slice(0, first.indexOf("/") + 1) ?? "";
  if (files.has("bagit.txt") || root === "" || ![...files.keys()].every((path) => path.startsWith(root))) return files;
  return new Map([...files].map(([path, bytes]) => [path.slice(root.length), bytes]));
}

function bad(what: string, why: string): SeedproofError {
  return new SeedproofError(`dossier.zip-${what}`, `the archive is refused: ${why}`);
}
