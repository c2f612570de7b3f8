/** Reading a log from wherever its static files are: a folder, a web server, memory. C2SP tlog-tiles. */

import { SeedproofError } from "../base/errors.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import type { Range, Subtree, TreeHasher } from "./merkle.ts";
import { consistencyRanges, EMPTY_ROOT, fold, HASHER, inclusionRanges, perfectSubtrees } from "./merkle.ts";
import type { Proof } from "./proof.ts";
import type { Tile } from "./tiles.ts";
import { decodeBundle, perfectRoot, TILE_WIDTH, tileHashes, tileOfSubtree, tilePath } from "./tiles.ts";

/** The files of a log, by their path under the log's folder, with forward slashes. */
export interface LogReader {
  /** The bytes of a file, or `undefined` where there is none. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Paths of all files below a folder; absent where files cannot be listed, as on a plain web server. */
  list?(folder: string): Promise<readonly string[]>;
}

/** The first `width` hashes of a tile: from its file, or from the full tile that has replaced it. */
async function readTile(reader: LogReader, tile: Tile): Promise<Uint8Array[]> {
  const exact = tileHashes((await reader.read(tilePath(tile))) ?? new Uint8Array(0), tile.width);
  if (exact) return exact;
  const full = await reader.read(tilePath({ ...tile, width: TILE_WIDTH }));
  const hashes = full && tileHashes(full, TILE_WIDTH);
  if (!hashes) throw missing(tile);
  return hashes.slice(0, tile.width);
}

/** Hashes of ranges of a log of `size`, each the fold of its perfect subtrees. Each tile is read once. */
async function rangeHashes(
  reader: LogReader,
  size: number,
  ranges: readonly Range[],
  hasher: TreeHasher,
): Promise<Uint8Array[]> {
  const tiles = new Map<string, Promise<Uint8Array[]>>();
  const subtreeHash = async (subtree: Subtree): Promise<Uint8Array> => {
    const { tile, from, to } = tileOfSubtree(subtree, size);
    const path = tilePath(tile);
    const hashes = tiles.get(path) ?? readTile(reader, tile);
    tiles.set(path, hashes);
    return perfectRoot((await hashes).slice(from, to), hasher);
  };
  const hashes: Uint8Array[] = [];
  for (const range of ranges) {
    const subtrees: Uint8Array[] = [];
    for (const subtree of perfectSubtrees(range)) subtrees.push(await subtreeHash(subtree));
    hashes.push(fold(subtrees, hasher)!);
  }
  return hashes;
}

/**
 * Root of the first `size` entries, from the tiles.
 * @param tree - size of the log as it is: its tiles need not be those of the smaller one
 * @throws SeedproofError `ledger.tile-missing`
 */
export async function rootAt(
  reader: LogReader,
  size: number,
  tree: number = size,
  hasher: TreeHasher = HASHER,
): Promise<Uint8Array> {
  if (size === 0) return EMPTY_ROOT;
  return (await rangeHashes(reader, tree, [[0, size]], hasher))[0]!;
}

/**
 * The proof that entry `index` is in a checkpointed log.
 * @throws SeedproofError `ledger.proof-range`, `ledger.tile-missing`
 */
export async function prove(reader: LogReader, index: number, checkpoint: SignedCheckpoint): Promise<Proof> {
  const { size } = checkpoint.checkpoint;
  return { index, path: await rangeHashes(reader, size, inclusionRanges(index, size), HASHER), checkpoint };
}

/** The proof that the log of `size` continues its first `old` entries. @throws as {@link prove} */
export async function proveConsistency(reader: LogReader, old: number, size: number): Promise<Uint8Array[]> {
  return rangeHashes(reader, size, consistencyRanges(old, size), HASHER);
}

/** A bundle's entries: from its file, or from the full bundle that has replaced it; `undefined` where neither is whole. */
export async function readBundle(reader: LogReader, tile: Tile): Promise<Uint8Array[] | undefined> {
  const exact = decodeBundle((await reader.read(tilePath(tile))) ?? new Uint8Array(0), tile.width);
  if (exact || tile.width === TILE_WIDTH) return exact;
  const full = await reader.read(tilePath({ ...tile, width: TILE_WIDTH }));
  return full && decodeBundle(full, TILE_WIDTH)?.slice(0, tile.width);
}

/** The entry at an index of a log of `size`, or `undefined` where its bundle cannot be read. */
export async function readEntry(reader: LogReader, index: number, size: number): Promise<Uint8Array | undefined> {
  if (index < 0 || index >= size) return undefined;
  return (await readBundle(reader, bundleOf(index, size)))?.[index % TILE_WIDTH];
}

/** The bundle that holds an index of a log of `size`. */
export function bundleOf(index: number, size: number): Tile {
  const bundle = Math.floor(index / TILE_WIDTH);
  return { level: "entries", index: bundle, width: Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH) };
}

function missing({ level, index, width }: Tile): SeedproofError {
  return new SeedproofError("ledger.tile-missing", `tile ${level}/${index} with ${width} hashes cannot be read`);
}
