/** Making every tile and every root of a log again from its entries, and comparing them with what stands in the files. */

import { equalBytes } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { groupsBy } from "../base/groups.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { TileEdge, type TileFile } from "./edge.ts";
import { decodeEntry, type Entry, type PlacedEntry } from "./entry.ts";
import { finding } from "./findings.ts";
import { type FsckContext, reason } from "./fsck-context.ts";
import type { LogHistory } from "./log-history.ts";
import { bundleOf, type LogReader, readBundle } from "./reader.ts";
import { parseTilePath, TILE_WIDTH, type Tile, tilePath } from "./tiles.ts";

/** What a log is compared with, and how. */
export interface RebuildPlan {
  readonly head: Checkpoint;
  /** Roots of all kept checkpoints, by size. */
  readonly heads: ReadonlyMap<number, Uint8Array>;
  readonly history: LogHistory;
  /** Whether to decode and give back every entry, not only those about the log itself. */
  readonly decodeAll: boolean;
  /** Whether enough has been found to stop, asked at each bundle. */
  readonly enough: () => boolean;
  /** Called with the number of entries read so far, at each bundle. */
  readonly progress?: (entries: number) => void;
}

/** Rebuilds a log. @returns its entries, where the plan asks for them */
export async function rebuild(context: FsckContext, plan: RebuildPlan): Promise<PlacedEntry[]> {
  const { reader, findings, hasher } = context;
  const { head, heads, history } = plan;
  const edge = new TileEdge(hasher);
  const standing = tilesByPlace(context.paths);
  const placed: PlacedEntry[] = [];
  const compare = async (tiles: readonly TileFile[]): Promise<void> => {
    for (const tile of tiles) findings.push(...(await compareTile(reader, tile, standing)));
  };
  while (edge.size < head.size) {
    const tile = bundleOf(edge.size, head.size);
    const bundle = await readBundle(reader, tile);
    if (!bundle) {
      const [from, to] = [edge.size, edge.size + tile.width - 1];
      findings.push(finding("ledger.entries-missing", { from, to }, { entry: from, file: tilePath(tile) }));
      return placed;
    }
    for (const bytes of bundle) {
      placed.push(...seeEntry(context, plan, edge.size, bytes));
      edge.add(bytes);
      const root = heads.get(edge.size);
      if (root && !equalBytes(root, edge.root())) findings.push(contradicts(edge.size, head.size));
    }
    await compare(edge.takeFull());
    plan.progress?.(edge.size);
    if (plan.enough()) return placed;
  }
  await compare(edge.partial());
  if (!history.agrees()) findings.push(finding("ledger.log-differs", {}, { file: "log.json" }));
  if (equalBytes(edge.root(), head.root)) findings.push(finding("ledger.root-holds", { size: head.size }));
  return placed;
}

/** The entry, where it is wanted and in order. */
function seeEntry({ findings }: FsckContext, plan: RebuildPlan, index: number, bytes: Uint8Array): PlacedEntry[] {
  if (!plan.decodeAll && !plan.history.wants(index)) return [];
  let entry: Entry;
  try {
    entry = decodeEntry(bytes);
  } catch (error) {
    findings.push(finding("ledger.entry-malformed", { why: reason(error) }, { entry: index }));
    return [];
  }
  plan.history.see(entry, index);
  return plan.decodeAll ? [{ index, entry, bytes }] : [];
}

function contradicts(size: number, headSize: number): Finding {
  return size === headSize ? finding("ledger.root-differs") : finding("ledger.forked", { size });
}

/** The tile files that stand, by level and index. */
function tilesByPlace(paths: readonly string[]): Map<string, Tile[]> {
  return groupsBy(
    paths.flatMap((path) => parseTilePath(path) ?? []),
    ({ level, index }) => `${level}/${index}`,
  );
}

/** Compares every file of a tile, the narrower ones that older checkpoints used as well, with what the entries make. */
async function compareTile(
  reader: LogReader,
  { tile, bytes }: TileFile,
  standing: ReadonlyMap<string, readonly Tile[]>,
): Promise<Finding[]> {
  const known = standing.get(`${tile.level}/${tile.index}`) ?? [];
  const narrower = known.filter(({ width }) => width < tile.width);
  const findings = await Promise.all(
    [tile, ...narrower].map(async (one) => {
      const file = tilePath(one);
      const have = await reader.read(file);
      const want = prefix(tile, bytes, one.width);
      if (have && equalBytes(have, want)) return undefined;
      // A log that grew past this width may keep the complete tile alone.
      if (!have && one.width < TILE_WIDTH && known.some(({ width }) => width > one.width)) return undefined;
      if (!have || have.length !== want.length) return finding("ledger.tile-missing", {}, { file });
      if (tile.level !== 0) return finding("ledger.tile-differs", {}, { file });
      const first = want.findIndex((byte, i) => byte !== have[i]);
      return finding("ledger.entry-altered", {}, { file, entry: tile.index * TILE_WIDTH + Math.floor(first / 32) });
    }),
  );
  return findings.filter((one) => one !== undefined);
}

function prefix(tile: Tile, bytes: Uint8Array, width: number): Uint8Array {
  if (width === tile.width) return bytes;
  if (tile.level !== "entries") return bytes.subarray(0, width * 32);
  let at = 0;
  for (let i = 0; i < width; i++) at += 2 + bytes[at]! * 256 + bytes[at + 1]!;
  return bytes.subarray(0, at);
}
