/** Where the library's images stand: outputs, uploads and faces of the workspace, blobs that its record names, and added folders. */

import { type Dirent, lstatSync, opendirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { blobPath } from "../../ledger/entry.ts";
import { ledgerFolders } from "../ledger-home.ts";
import { libraryFolders } from "./folders.ts";

/** What a place is, the one that names the image first. */
export const PLACE_KINDS = ["output", "face", "folder", "ledger", "upload"] as const;

/** A kind of place. */
export type PlaceKind = (typeof PLACE_KINDS)[number];

/** Places whose files somebody put there: a blob of the record and an upload are the workspace's own copies. */
export const OWN_PLACES: readonly PlaceKind[] = ["output", "face", "folder"];

/** A file that may hold an image. */
export interface Place {
  readonly path: string;
  readonly kind: PlaceKind;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** Limits of looking through folders of strangers' making. CWE-770. */
export const PLACE_LIMITS = {
  /** Folders within folders; generators make three levels. */
  depth: 32,
  /** Files of one library: twice the largest collection that users of image browsers speak of. */
  files: 400_000,
  /** Bytes of a file; the largest image that generators write has some hundred megabytes. */
  bytes: 1024 * 1024 * 1024,
} as const;

const IMAGE = /\.(?:png|jpe?g|jfif|webp|avif|gif|heic|heif|jxl)$/i;

/** The workspace's and the user's files, each once. `masks`: uploads that are no images but marks on one. */
export function* places(
  home: string,
  { named, masks }: { readonly named: Iterable<string>; readonly masks: ReadonlySet<string> },
): Generator<Place> {
  const count = { left: PLACE_LIMITS.files as number };
  yield* below(join(home, "outputs"), "output", count);
  yield* below(join(home, "faces", "output"), "face", count);
  for (const { path, present } of libraryFolders(home)) if (present) yield* below(path, "folder", count);
  const { log } = ledgerFolders(home);
  for (const sha256 of named) yield* one(join(log, blobPath(sha256)), "ledger");
  for (const entry of entriesOf(join(home, "uploads"))) {
    if (entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name) && !masks.has(entry.name)) {
      yield* one(join(home, "uploads", entry.name), "upload");
    }
  }
}

/** Files below a folder in the order of their names; links are not followed, hidden folders not entered. */
function* below(folder: string, kind: PlaceKind, count: { left: number }, depth = 0): Generator<Place> {
  for (const entry of entriesOf(folder)) {
    if (count.left <= 0) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < PLACE_LIMITS.depth && !entry.name.startsWith(".")) {
      yield* below(path, kind, count, depth + 1);
    } else if (entry.isFile() && IMAGE.test(entry.name)) {
      count.left--;
      yield* one(path, kind);
    }
  }
}

function* one(path: string, kind: PlaceKind): Generator<Place> {
  const stat = statOf(path);
  if (stat?.isFile() && stat.size <= PLACE_LIMITS.bytes) {
    yield { path, kind, sizeBytes: stat.size, mtimeMs: Math.floor(stat.mtimeMs) };
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): Dirent[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const entries: Dirent[] = [];
  try {
    const dir = opendirSync(folder);
    try {
      for (let entry = dir.readSync(); entry; entry = dir.readSync()) entries.push(entry);
    } finally {
      dir.closeSync();
    }
  } catch {
    // A folder that may not be looked into holds nothing for us.
    return [];
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
