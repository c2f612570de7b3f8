/** The right edge of a log's tiles: takes entries, gives the tile files that they make. C2SP tlog-tiles. */

import { concatBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { TreeHasher } from "./merkle.ts";
import { Frontier, HASHER, perfectSubtrees } from "./merkle.ts";
import type { Tile } from "./tiles.ts";
import { decodeBundle, encodeBundle, levelWidth, perfectRoot, TILE_WIDTH, tileHashes } from "./tiles.ts";

/** A tile and its bytes. */
export interface TileFile {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/** The incomplete tiles of a growing log. */
export class TileEdge {
  private readonly frontier: Frontier;
  private readonly hasher: TreeHasher;
  private bundle: Uint8Array[] = [];
  /** Hashes of the incomplete tile of each level. */
  private readonly rows: Uint8Array[][] = [];
  private full: TileFile[] = [];

  constructor(hasher: TreeHasher = HASHER, frontier: Frontier = new Frontier(hasher)) {
    this.hasher = hasher;
    this.frontier = frontier;
  }

  /**
   * The edge of a log of `size` entries, from its incomplete tiles.
   * @param read - the bytes of a tile; `undefined` where there is none
   * @throws SeedproofError `ledger.tile-missing` when an incomplete tile cannot be read
   */
  static resume(size: number, read: (tile: Tile) => Uint8Array | undefined, hasher: TreeHasher = HASHER): TileEdge {
    const rows: Uint8Array[][] = [];
    for (let level = 0; levelWidth(level, size) > 0; level++) rows.push([...readRow(level, size, read)]);
    const chunks = rows.toReversed().flatMap((row) =>
      perfectSubtrees([0, row.length]).map(({ level, index }) => {
        const width = 1 << level;
        return perfectRoot(row.slice(index * width, (index + 1) * width), hasher);
      }),
    );
    const edge = new TileEdge(hasher, new Frontier(hasher, size, chunks));
    edge.rows.push(...rows);
    const tile = lastTile("entries", size);
    edge.bundle = tile.width === 0 ? [] : (decodeBundle(read(tile) ?? new Uint8Array(0), tile.width) ?? missing(tile));
    return edge;
  }

  get size(): number {
    return this.frontier.size;
  }

  /** Root of the tree as it is now. */
  root(): Uint8Array {
    return this.frontier.root();
  }

  /** Adds one entry at the end. */
  add(entry: Uint8Array): void {
    this.bundle.push(entry);
    const index = Math.floor(this.size / TILE_WIDTH);
    if (this.bundle.length === TILE_WIDTH) {
      this.full.push({ tile: { level: "entries", index, width: TILE_WIDTH }, bytes: encodeBundle(this.bundle) });
      this.bundle = [];
    }
    const leaf = this.hasher.leaf(entry);
    this.push(0, leaf);
    this.frontier.append(leaf, (level, hash) => {
      if (level % 8 === 0) this.push(level / 8, hash);
    });
  }

  /** The tiles completed since the last call. */
  takeFull(): TileFile[] {
    const tiles = this.full;
    this.full = [];
    return tiles;
  }

  /** The incomplete tiles as they are now. */
  partial(): TileFile[] {
    const bundle = { tile: lastTile("entries", this.size), bytes: encodeBundle(this.bundle) };
    const rows = this.rows.map((row, level) => ({ tile: lastTile(level, this.size), bytes: concatBytes(...row) }));
    return [bundle, ...rows].filter(({ tile }) => tile.width > 0);
  }

  private push(level: number, hash: Uint8Array): void {
    this.rows[level] ??= [];
    const row = this.rows[level];
    row.push(hash);
    if (row.length < TILE_WIDTH) return;
    // The frontier counts the leaf only after its hashes, so this is the place of the hash that was just pushed.
    const index = Math.floor(levelWidth(level, this.size) / TILE_WIDTH);
    this.full.push({ tile: { level, index, width: TILE_WIDTH }, bytes: concatBytes(...row) });
    this.rows[level] = [];
  }
}

/** The incomplete tile of a level; its width is 0 where the last tile is complete. */
function lastTile(level: Tile["level"], size: number): Tile {
  const count = level === "entries" ? size : levelWidth(level, size);
  return { level, index: Math.floor(count / TILE_WIDTH), width: count % TILE_WIDTH };
}

function readRow(level: number, size: number, read: (tile: Tile) => Uint8Array | undefined): readonly Uint8Array[] {
  const tile = lastTile(level, size);
  return tile.width === 0 ? [] : (tileHashes(read(tile) ?? new Uint8Array(0), tile.width) ?? missing(tile));
}

function missing({ level, index, width }: Tile): never {
  throw new SeedproofError("ledger.tile-missing", `tile ${level}/${index} with ${width} cannot be read`);
}
