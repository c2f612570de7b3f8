/** Checking a ledger's files: that every byte of it follows from its entries, and its entries from its checkpoint. */

import { equalBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { Checkpoint, SignedCheckpoint } from "./checkpoint.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { TileEdge, type TileFile } from "./edge.ts";
import type { Entry, PlacedEntry } from "./entry.ts";
import { decodeEntry } from "./entry.ts";
import { checkFiles } from "./files.ts";
import { finding } from "./findings.ts";
import type { LogInfo } from "./log.ts";
import { formatLogInfo, infoFromCreated, keyFor, parseLogInfo, rotate } from "./log.ts";
import { HASHER, type TreeHasher } from "./merkle.ts";
import type { Ed25519Verify, VerifierKey } from "./note.ts";
import { checkSignature, sameKey, verifyEd25519 } from "./note.ts";
import { type PendingRecords, readPending } from "./pending.ts";
import { type LogReader, readBundle, rootAt } from "./reader.ts";
import { parseTilePath, TILE_WIDTH, type Tile, tilePath } from "./tiles.ts";

/** How far to look: the head and its edge; every entry and tile; every file that an entry names too. */
export type FsckLevel = "quick" | "full" | "deep";

/** What checking needs. */
export interface FsckOptions {
  readonly level: FsckLevel;
  readonly hasher?: TreeHasher;
  readonly ed25519?: Ed25519Verify;
  /** The key that the reader knows the log by, from elsewhere: the log's own word for its key is worth less. */
  readonly pinned?: VerifierKey;
  /** Whether this is a copy for publication, whose contents are kept elsewhere: absent blobs are expected then. */
  readonly withheld?: boolean;
  /** Called with the number of entries read so far, at each bundle. */
  readonly progress?: (entries: number) => void;
}

/** What was found. Without a level `fails` among the findings, the ledger is whole as far as it was looked at. */
export interface FsckReport {
  readonly info?: LogInfo;
  readonly checkpoint?: SignedCheckpoint;
  /** Promised entries after the checkpoint. */
  readonly pending: number;
  readonly findings: readonly Finding[];
  /** All entries in order; empty below level `deep`. */
  readonly entries: readonly PlacedEntry[];
}

/** Checks a ledger. Never throws for what the files hold. */
export async function fsck(reader: LogReader, options: FsckOptions): Promise<FsckReport> {
  const { ed25519 = verifyEd25519, level } = options;
  const findings: Finding[] = [];
  const none = { pending: 0, findings, entries: [] };
  const info = await readInfo(reader, findings);
  if (!info) return none;
  const checkpoint = await readHead(reader, info, ed25519, findings);
  if (!checkpoint) return { ...none, info };
  const { size } = checkpoint.checkpoint;
  if (options.pinned && !info.keys.some(({ vkey }) => sameVkey(vkey, options.pinned!))) {
    findings.push(finding("ledger.key-not-pinned"));
  }
  const promised = await checkPending(reader, size, findings);
  const pending = promised.length;
  const paths = reader.list ? await reader.list("") : [];
  const heads = await keptHeads(reader, info, checkpoint.checkpoint, paths, ed25519, findings);
  if (level === "quick") {
    findings.push(await edgeFinding(reader, checkpoint.checkpoint, options.hasher));
    return { info, checkpoint, pending, findings, entries: [] };
  }
  const entries = await rebuild(
    reader,
    new Describer(info, promised),
    checkpoint.checkpoint,
    heads,
    paths,
    options,
    findings,
  );
  if (level === "deep") findings.push(...(await checkFiles(reader, entries, size, paths, options.withheld)));
  return { info, checkpoint, pending, findings, entries };
}

async function readInfo(reader: LogReader, findings: Finding[]): Promise<LogInfo | undefined> {
  const bytes = await reader.read("log.json");
  try {
    const info = parseLogInfo(bytes ?? new Uint8Array(0));
    if (!equalBytes(formatLogInfo(info), bytes!))
      findings.push(finding("ledger.log-differs", {}, { file: "log.json" }));
    keyFor(info, 0);
    return info;
  } catch {
    findings.push(finding("ledger.log-malformed", {}, { file: "log.json" }));
    return undefined;
  }
}

/** The newest checkpoint; it must be one that the log has kept, alone or with witnesses' lines. */
async function readHead(
  reader: LogReader,
  info: LogInfo,
  ed25519: Ed25519Verify,
  findings: Finding[],
): Promise<SignedCheckpoint | undefined> {
  const bytes = await reader.read("checkpoint");
  if (!bytes) {
    findings.push(finding("ledger.checkpoint-missing", {}, { file: "checkpoint" }));
    return undefined;
  }
  const signed = openKept(bytes, "checkpoint", info, ed25519, findings);
  if (!signed) return undefined;
  const { size } = signed.checkpoint;
  const cosigned = ((await reader.list?.(`time/${size}`)) ?? []).filter((path) => path.endsWith(".note"));
  const copies = [`checkpoints/${size}`, ...cosigned].map((path) => reader.read(path));
  if (!(await Promise.all(copies)).some((copy) => copy && equalBytes(copy, bytes))) {
    findings.push(finding("ledger.checkpoint-differs", {}, { file: "checkpoint" }));
  }
  const { keyId } = keyFor(info, size);
  findings.push(finding("ledger.checkpoint-signed", { size, keyId }, { file: "checkpoint" }));
  return signed;
}

/** A checkpoint of this log, signed by the key of its size; otherwise a finding. */
function openKept(
  bytes: Uint8Array,
  file: string,
  info: LogInfo,
  ed25519: Ed25519Verify,
  findings: Finding[],
): SignedCheckpoint | undefined {
  try {
    const signed = readCheckpoint(bytes);
    const { origin, size } = signed.checkpoint;
    if (origin === info.origin && checkSignature(signed.note, keyFor(info, size), ed25519) === "good") return signed;
    findings.push(finding("ledger.checkpoint-invalid", { why: "it is not signed by this log" }, { file }));
  } catch (error) {
    findings.push(finding("ledger.checkpoint-invalid", { why: reason(error) }, { file }));
  }
  return undefined;
}

async function checkPending(reader: LogReader, size: number, findings: Finding[]): Promise<PendingRecords["entries"]> {
  const promised: PendingRecords["entries"][number][] = [];
  const files = ((await reader.list?.("pending")) ?? []).toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)));
  let next = size;
  for (const file of files) {
    const { entries, tornBytes, damaged } = readPending((await reader.read(file)) ?? new Uint8Array(0));
    for (const record of entries) {
      const { index } = record;
      if (index === next) promised.push(record);
      if (index > next) findings.push(finding("ledger.pending-damaged", {}, { file, entry: next }));
      next = Math.max(next, index + 1);
    }
    if (damaged) findings.push(finding("ledger.pending-damaged", {}, { file, entry: next }));
    else if (tornBytes > 0) findings.push(finding("ledger.torn-tail", { bytes: tornBytes }, { file }));
  }
  if (next > size) findings.push(finding("ledger.pending", { count: next - size }));
  return promised;
}

/** Every kept checkpoint, by size. One above the head is a publication that a crash cut, if the tiles have its tree. */
async function keptHeads(
  reader: LogReader,
  info: LogInfo,
  head: Checkpoint,
  paths: readonly string[],
  ed25519: Ed25519Verify,
  findings: Finding[],
): Promise<Map<number, Uint8Array>> {
  const heads = new Map<number, Uint8Array>([[head.size, head.root]]);
  for (const file of paths.filter((path) => /^checkpoints\/[1-9]\d{0,15}$/.test(path))) {
    const signed = openKept((await reader.read(file)) ?? new Uint8Array(0), file, info, ed25519, findings);
    if (!signed) continue;
    const { size, root } = signed.checkpoint;
    if (`checkpoints/${size}` !== file || signed.note.signatures.length !== 1) {
      findings.push(finding("ledger.checkpoint-differs", {}, { file }));
    }
    if (size <= head.size) heads.set(size, root);
    else findings.push(await aboveHead(reader, signed.checkpoint, head.size, file));
  }
  return heads;
}

async function aboveHead(reader: LogReader, kept: Checkpoint, have: number, file: string): Promise<Finding> {
  const { size } = kept;
  try {
    if (equalBytes(await rootAt(reader, size), kept.root)) {
      return finding("ledger.checkpoint-unpublished", { size }, { file });
    }
  } catch {
    // The tiles do not reach that far.
  }
  return finding("ledger.rolled-back", { size, have }, { file });
}

async function edgeFinding(reader: LogReader, { size, root }: Checkpoint, hasher = HASHER): Promise<Finding> {
  try {
    const same = equalBytes(await rootAt(reader, size, size, hasher), root);
    return finding(same ? "ledger.edge-holds" : "ledger.root-differs");
  } catch {
    return finding("ledger.tile-missing");
  }
}

/** Makes every tile and every root again from the entries, and compares. */
async function rebuild(
  reader: LogReader,
  described: Describer,
  head: Checkpoint,
  heads: ReadonlyMap<number, Uint8Array>,
  paths: readonly string[],
  { level, hasher = HASHER, progress }: FsckOptions,
  findings: Finding[],
): Promise<PlacedEntry[]> {
  const edge = new TileEdge(hasher);
  const standing = tilesByPlace(paths);
  const placed: PlacedEntry[] = [];
  for (let from = 0; from < head.size; from += TILE_WIDTH) {
    const tile: Tile = { level: "entries", index: from / TILE_WIDTH, width: Math.min(TILE_WIDTH, head.size - from) };
    const bundle = await readBundle(reader, tile);
    if (!bundle) {
      const where = { entry: from, file: tilePath(tile) };
      findings.push(finding("ledger.entries-missing", { from, to: from + tile.width - 1 }, where));
      return placed;
    }
    for (const [i, bytes] of bundle.entries()) {
      edge.add(bytes);
      const root = heads.get(edge.size);
      if (root && !equalBytes(root, edge.root())) findings.push(contradicts(edge.size, head.size));
      const index = from + i;
      if (level !== "deep" && !described.wants(index)) continue;
      const entry = decode(bytes, index, findings);
      if (!entry) continue;
      described.see(entry, index);
      if (level === "deep") placed.push({ index, entry, bytes });
    }
    for (const file of edge.takeFull()) findings.push(...(await compareTile(reader, file, standing)));
    progress?.(edge.size);
  }
  for (const file of edge.partial()) findings.push(...(await compareTile(reader, file, standing)));
  if (!described.agrees()) findings.push(finding("ledger.log-differs", {}, { file: "log.json" }));
  if (equalBytes(edge.root(), head.root)) findings.push(finding("ledger.root-holds", { size: head.size }));
  return placed;
}

function contradicts(size: number, headSize: number): Finding {
  return size === headSize ? finding("ledger.root-differs") : finding("ledger.forked", { size });
}

function decode(bytes: Uint8Array, index: number, findings: Finding[]): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    findings.push(finding("ledger.entry-malformed", { why: reason(error) }, { entry: index }));
    return undefined;
  }
}

/** Follows the log's own entries about itself, to compare the end with `log.json`. */
class Describer {
  private made: LogInfo | undefined;
  private readonly info: LogInfo;
  private readonly promised: PendingRecords["entries"];
  private readonly rotations: ReadonlySet<number>;

  constructor(info: LogInfo, promised: PendingRecords["entries"]) {
    this.info = info;
    this.promised = promised;
    this.rotations = new Set(info.keys.slice(1).map(({ from }) => from));
  }

  /** The first entry, and those that `log.json` calls rotations. */
  wants(index: number): boolean {
    return index === 0 || this.rotations.has(index);
  }

  see(entry: Entry, index: number): void {
    if (index === 0) this.made = infoFromCreated(entry);
    else if (entry.type === "key.rotated" && this.made) this.made = rotate(this.made, entry, index) ?? this.made;
  }

  /** Whether `log.json` follows from the entries: a crash may leave it ahead by a rotation that is promised already. */
  agrees(): boolean {
    if (this.same()) return true;
    for (const { index, entry } of this.promised) {
      const decoded = this.wants(index) ? decode(entry, index, []) : undefined;
      if (decoded) this.see(decoded, index);
    }
    return this.same();
  }

  private same(): boolean {
    return this.made !== undefined && equalBytes(formatLogInfo(this.made), formatLogInfo(this.info));
  }
}

/** The tile files that stand, by level and index. */
function tilesByPlace(paths: readonly string[]): Map<string, Tile[]> {
  const places = new Map<string, Tile[]>();
  for (const path of paths) {
    const tile = parseTilePath(path);
    if (!tile) continue;
    const place = `${tile.level}/${tile.index}`;
    places.set(place, [...(places.get(place) ?? []), tile]);
  }
  return places;
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

function sameVkey(vkey: string, pinned: VerifierKey): boolean {
  try {
    return sameKey(keyFor({ keys: [{ vkey, from: 0 }] }, 1), pinned);
  } catch {
    return false;
  }
}

function reason(error: unknown): string {
  return error instanceof SeedproofError ? error.message : "it cannot be read";
}
