/** Tiles: the static files that a log is served as. C2SP tlog-tiles. */

import { concatBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Subtree, TreeHasher } from "./merkle.ts";
import { HASHER } from "./merkle.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;

/** Bytes of one entry, at most: its length is written as 16 bits. @see C2SP tlog-tiles, "Log entries" */
export const MAX_ENTRY_BYTES = 65_535;

/** A tile of hashes (level 0 to 63) or a bundle of entries, `width` of at most 256 wide. */
export interface Tile {
  readonly level: number | "entries";
  readonly index: number;
  readonly width: number;
}

/** Path of a tile under the log's prefix: `tile/0/x001/x234/067.p/12`. */
export function tilePath({ level, index, width }: Tile): string {
  const groups: string[] = [];
  let rest = index;
  do {
    groups.unshift(String(rest % 1000).padStart(3, "0"));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  const place = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${place}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}

/** The tile that a path names, or `undefined` where it names none. Every tile has exactly one path. */
export function parseTilePath(path: string): Tile | undefined {
  const match = /^tile\/(\d{1,2}|entries)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const tile = {
    level: match[1] === "entries" ? ("entries" as const) : Number(match[1]),
    index: Number(match[2]!.replaceAll(/[x/]/g, "")),
    width: match[3] === undefined ? TILE_WIDTH : Number(match[3]),
  };
  if ((tile.level !== "entries" && tile.level > 63) || tile.width === 0) return undefined;
  return tilePath(tile) === path ? tile : undefined;
}

/** How many hashes a level has in a tree of `size`: one for each 256^level entries that are complete. */
export function levelWidth(level: number, size: number): number {
  let width = size;
  for (let i = 0; i < level; i++) width = Math.floor(width / TILE_WIDTH);
  return width;
}

/** The tiles of a tree of `size` that a tree of `old` entries does not have, bundles first, then level by level. */
export function newTiles(old: number, size: number): Tile[] {
  const tiles: Tile[] = [];
  const add = (level: Tile["level"], before: number, now: number): void => {
    if (before === now) return;
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < now; index++) {
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, now - index * TILE_WIDTH) });
    }
  };
  add("entries", old, size);
  for (let level = 0; levelWidth(level, size) > 0; level++) add(level, levelWidth(level, old), levelWidth(level, size));
  return tiles;
}

/** Where a perfect subtree stands: the tile as it is in a tree of `size`, and the hashes [from, to) in it. */
export function tileOfSubtree({ level, index }: Subtree, size: number): { tile: Tile; from: number; to: number } {
  let span = 1;
  for (let i = 0; i < level % 8; i++) span *= 2;
  const tileLevel = Math.floor(level / 8);
  const first = index * span;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  const width = Math.min(TILE_WIDTH, levelWidth(tileLevel, size) - tileIndex * TILE_WIDTH);
  const from = first - tileIndex * TILE_WIDTH;
  return { tile: { level: tileLevel, index: tileIndex, width }, from, to: from + span };
}

/** Root over hashes whose number is a power of two. */
export function perfectRoot(hashes: readonly Uint8Array[], hasher: TreeHasher = HASHER): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) => hasher.node(row[2 * i]!, row[2 * i + 1]!));
  }
  return row[0]!;
}

/** The hashes of a tile file, 32 bytes each, or `undefined` where the file is not `width` hashes long. */
export function tileHashes(bytes: Uint8Array, width: number): Uint8Array[] | undefined {
  if (bytes.length !== width * 32) return undefined;
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * 32, i * 32 + 32));
}

/** An entry bundle: each entry after its length in 16 bits. @throws SeedproofError `ledger.entry-too-long` */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) {
        throw new SeedproofError("ledger.entry-too-long", `an entry has at most ${MAX_ENTRY_BYTES} bytes`);
      }
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** The entries of a bundle file, or `undefined` where it does not hold exactly `width` entries. */
export function decodeBundle(bytes: Uint8Array, width: number): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && entries.length < width) {
    const end = at + 2 + bytes[at]! * 256 + bytes[at + 1]!;
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries.length === width && at === bytes.length ? entries : undefined;
}
